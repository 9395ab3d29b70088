X(ONLINE, "online", "blue")
X(OFFLINE, "offline", "secondary")
