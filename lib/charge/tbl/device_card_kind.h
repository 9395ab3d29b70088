X(MANAGE, "manage", "purple")
X(AUTH, "auth", "blue")
X(WALLET, "wallet", "green")
