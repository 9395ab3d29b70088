X(HALF_UP, "half_up", "blue")
X(CUT, "cut", "secondary")
