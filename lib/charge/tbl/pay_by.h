X(USUAL, "usual", "green")
X(OWN, "own", "blue")
X(NONE, "none", "secondary")
