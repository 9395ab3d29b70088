X(WAITING, "waiting", "orange")
X(STARTED, "started", "green")
X(REFUSED, "refused", "red")
