X(UNIFIED, "unified", "blue")
X(TOU, "tou", "purple")
