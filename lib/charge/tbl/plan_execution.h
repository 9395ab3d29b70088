X(AUTOMATIC, "automatic", "green")
X(MANUAL, "manual", "blue")
