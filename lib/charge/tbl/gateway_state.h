X(UP, "up", "green")
X(STOPPED, "stopped", "secondary")
X(LOST, "lost", "red")
