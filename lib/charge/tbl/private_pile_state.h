X(FILED, "filed", "orange")
X(CALLED, "called", "blue")
X(ACCEPTED, "accepted", "green")
X(REFUSED, "refused", "secondary")
