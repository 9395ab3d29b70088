X(VERIFY, "verify", "green")
X(STORED, "stored", "orange")
X(VIN, "vin", "purple")
