X(FULL, "full", "green")
X(PARTIAL, "partial", "blue")
X(NONE, "none", "red")
