X(WAITING, "waiting", "red")
X(WORKING, "working", "orange")
X(DONE, "done", "green")
