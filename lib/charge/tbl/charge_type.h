X(FLOOR, "floor", "blue")
X(WALL, "wall", "blue")
X(SPLIT, "split", "blue")
X(MOBILE, "mobile", "blue")
