X(PAID, "paid", "green")
X(REFUND, "refund", "orange")
