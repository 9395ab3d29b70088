X(ONLINE, "online", "green")
X(OFFLINE, "offline", "red")
