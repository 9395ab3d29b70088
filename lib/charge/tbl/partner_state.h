X(PENDING, "pending", "orange")
X(ACCEPTED, "accepted", "green")
X(REJECTED, "rejected", "secondary")
