X(DC, "dc", "blue")
X(AC, "ac", "green")
