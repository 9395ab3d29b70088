X(DAY, "day", "secondary")
X(WEEK, "week", "secondary")
X(MONTH, "month", "secondary")
