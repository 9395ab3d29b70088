X(ENABLED, "enabled", "green")
X(DISABLED, "disabled", "secondary")
X(FROZEN, "frozen", "blue")
