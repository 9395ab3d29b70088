X(PERCENT, "percent", "blue")
X(BY_KWH, "by_kwh", "green")
X(BY_ORDER, "by_order", "purple")
