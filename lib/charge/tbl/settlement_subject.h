X(PROPERTY, "property", "orange")
X(PARTY, "party", "blue")
X(FLEET, "fleet", "green")
