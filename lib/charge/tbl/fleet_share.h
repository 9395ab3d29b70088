X(EQUAL, "equal", "blue")
X(TOP_UP, "top_up", "green")
