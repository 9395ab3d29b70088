X(OPEN, "open", "red")
X(CLOSED, "closed", "green")
