X(NONE, "none", "secondary")
X(OPEN, "open", "orange")
X(DONE, "done", "green")
X(DROPPED, "dropped", "secondary")
