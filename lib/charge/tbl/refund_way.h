X(CHANNEL, "channel", "green")
X(PURSE, "purse", "blue")
X(HAND, "hand", "secondary")
