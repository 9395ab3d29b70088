X(OPEN, "open", "secondary")
X(CLEAN, "clean", "green")
X(DIFFERENT, "different", "red")
X(SETTLED, "settled", "blue")
