X(YKC, "ykc", "blue")
X(OCPP16, "ocpp16", "green")
