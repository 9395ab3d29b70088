X(PENDING, "pending", "orange")
X(NEGOTIATING, "negotiating", "purple")
X(FINANCING, "financing", "blue")
X(CLOSED, "closed", "green")
