X(PROPERTY, "property", "orange")
X(PARTY, "party", "blue")
