X(ENERGY, "energy", "blue")
X(SERVICE, "service", "green")
