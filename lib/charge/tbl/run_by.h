X(OWN, "own", "blue")
X(JOINT, "joint", "purple")
X(ENTRUSTED, "entrusted", "orange")
