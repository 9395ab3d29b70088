X(MINUTES, "minutes", "blue")
X(AMOUNT, "amount", "green")
