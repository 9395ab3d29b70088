X(MOBILE, "mobile", "blue")
X(UNICOM, "unicom", "red")
X(TELECOM, "telecom", "green")
X(OTHER, "other", "secondary")
