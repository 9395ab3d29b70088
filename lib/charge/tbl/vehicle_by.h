X(HAND, "hand", "blue")
X(VIN, "vin", "purple")
X(EITHER, "either", "green")
