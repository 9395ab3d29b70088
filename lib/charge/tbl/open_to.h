X(ALL, "all", "green")
X(OWN, "own", "orange")
