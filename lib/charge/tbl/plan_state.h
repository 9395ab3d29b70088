X(PENDING, "pending", "orange")
X(RUNNING, "running", "green")
X(PAUSED, "paused", "secondary")
