X(MANUAL, "manual", "blue")
X(SEEN, "seen", "green")
X(LEFT, "left", "secondary")
