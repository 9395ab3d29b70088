X(EQUAL, "equal", "blue")
X(FIRST, "first", "green")
X(PRIORITY, "priority", "purple")
