X(SEEN, "seen", "blue")
X(LEFT, "left", "green")
X(OTHER, "other", "secondary")
