X(PENDING, "pending", "orange")
X(CONFIRMED, "confirmed", "green")
