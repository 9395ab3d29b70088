X(OWNER, "owner", "blue")
X(PARTNER, "partner", "green")
