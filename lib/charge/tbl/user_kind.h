X(SYSTEM, "system", "red")
X(PROVIDER, "provider", "blue")
X(PROPERTY, "property", "purple")
X(FLEET, "fleet", "green")
