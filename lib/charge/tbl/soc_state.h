X(NONE, "none", "secondary")
X(PENDING, "pending", "orange")
X(APPROVED, "approved", "green")
X(REJECTED, "rejected", "red")
