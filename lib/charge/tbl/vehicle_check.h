X(NONE, "none", "secondary")
X(WALLET, "wallet", "blue")
X(PLAN, "plan", "purple")
