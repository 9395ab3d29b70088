X(PENDING, "pending", "orange")
X(SETTLED, "settled", "green")
X(CANCELLED, "cancelled", "secondary")
