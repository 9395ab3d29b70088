X(CHARGE, "charge", "blue")
X(SPLIT, "split", "purple")
X(PARKING, "parking", "orange")
