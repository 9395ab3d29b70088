X(CAR, "car", "blue")
X(EBIKE, "ebike", "green")
X(COST, "cost", "secondary")
