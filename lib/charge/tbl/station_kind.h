X(CAR, "car", "blue")
X(EBIKE, "ebike", "green")
