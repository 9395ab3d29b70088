X(PUBLIC, "public", "green")
X(RESERVED, "reserved", "purple")
X(PRIVATE, "private", "orange")
