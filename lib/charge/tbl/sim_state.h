X(STOCK, "stock", "secondary")
X(ACTIVE, "active", "green")
X(STOPPED, "stopped", "orange")
X(RETIRED, "retired", "secondary")
