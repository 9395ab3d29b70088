X(PENDING, "pending", "orange")
X(SENT, "sent", "green")
X(FAILED, "failed", "red")
X(DEAD, "dead", "secondary")
