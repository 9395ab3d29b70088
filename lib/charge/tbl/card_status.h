X(ENABLED, "enabled", "green")
X(DISABLED, "disabled", "secondary")
X(RETURNED, "returned", "orange")
