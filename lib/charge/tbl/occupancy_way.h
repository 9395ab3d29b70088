X(PLUG, "plug", "blue")
X(BAY, "bay", "purple")
