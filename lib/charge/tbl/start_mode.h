X(APP, "app", "blue")
X(CARD, "card", "green")
X(VIN, "vin", "purple")
X(OFFLINE, "offline", "secondary")
