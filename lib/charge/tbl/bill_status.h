X(NONE, "none", "secondary")
X(BILLED, "billed", "green")
