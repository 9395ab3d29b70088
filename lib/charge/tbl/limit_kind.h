X(FULL, "full", "blue")
X(AMOUNT, "amount", "blue")
X(ENERGY, "energy", "blue")
X(TIME, "time", "blue")
