X(OPEN, "open", "blue")
X(USED, "used", "green")
