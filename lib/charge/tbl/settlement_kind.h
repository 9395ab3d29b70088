X(AGREEMENT, "agreement", "purple")
X(PROPERTY, "property", "orange")
X(PARTY, "party", "blue")
X(FLEET, "fleet", "green")
