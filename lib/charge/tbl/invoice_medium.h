X(ELECTRONIC, "electronic", "blue")
X(PAPER, "paper", "orange")
