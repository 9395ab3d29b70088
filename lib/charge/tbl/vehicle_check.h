X(NONE, "none", "secondary")
X(WALLET, "wallet", "blue")
