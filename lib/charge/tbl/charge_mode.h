X(ONLINE, "online", "green")
X(PLUG, "plug", "blue")
X(OFFLINE_CARD, "offline_card", "purple")
