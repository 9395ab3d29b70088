X(OFF, "off", "secondary")
X(USUAL, "usual", "blue")
X(ALL, "all", "orange")
