X(TAKEN, "taken", "blue")
X(USED, "used", "green")
X(REVOKED, "revoked", "red")
