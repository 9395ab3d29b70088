X(CHANNEL, "channel", "green")
X(PURSE, "purse", "blue")
