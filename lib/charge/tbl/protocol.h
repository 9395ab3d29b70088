X(YKC, "ykc", "blue")
X(OCPP16, "ocpp16", "green")
X(AP3000, "ap3000", "purple")
