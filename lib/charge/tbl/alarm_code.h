X(OFFLINE, "5001", "orange")
