X(MONTH, "month", "blue")
X(WEEK, "week", "purple")
