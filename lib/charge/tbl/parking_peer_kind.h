X(CHARGER, "charger", "blue")
X(GATE, "gate", "purple")
