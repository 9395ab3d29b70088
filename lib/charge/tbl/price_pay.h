X(ANY, "any", "secondary")
X(FLEET, "fleet", "blue")
X(OWN, "own", "cyan")
