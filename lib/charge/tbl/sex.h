X(UNKNOWN, "unknown", "secondary")
X(MALE, "male", "blue")
X(FEMALE, "female", "purple")
