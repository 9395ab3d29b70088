X(ENABLED, "enabled", "green")
X(DISABLED, "disabled", "secondary")
