X(PENDING, "pending", "orange")
X(REPLIED, "replied", "green")
