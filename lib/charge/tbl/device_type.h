X(BOX, "box", "blue")
X(SINGLE, "single", "green")
X(CABINET, "cabinet", "purple")
X(OTHER, "other", "secondary")
