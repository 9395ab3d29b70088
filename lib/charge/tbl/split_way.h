X(LEDGER, "ledger", "secondary")
X(CHANNEL, "channel", "blue")
