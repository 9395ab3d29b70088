X(VERTICAL, "vertical", "blue")
X(PARALLEL, "parallel", "blue")
X(OBLIQUE, "oblique", "blue")
