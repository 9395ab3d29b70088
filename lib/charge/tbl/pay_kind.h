X(CARD, "card", "green")
X(WALLET, "wallet", "blue")
X(NONE, "none", "secondary")
X(FLEET, "fleet", "purple")
