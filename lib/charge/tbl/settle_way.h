X(BANK, "bank", "blue")
X(PREPAY, "prepay", "purple")
