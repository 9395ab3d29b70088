X(OPEN, "open", "blue")
X(FINISHED, "finished", "green")
X(CANCELLED, "cancelled", "secondary")
