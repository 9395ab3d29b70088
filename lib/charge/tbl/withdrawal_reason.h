X(SETTING, "setting", "secondary")
X(AMOUNT, "amount", "orange")
X(TIMES, "times", "orange")
X(SOURCE, "source", "purple")
