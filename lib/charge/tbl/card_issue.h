X(PERSON, "person", "blue")
X(FLEET, "fleet", "purple")
