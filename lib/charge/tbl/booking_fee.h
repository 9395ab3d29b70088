X(HELD, "held", "orange")
X(KEPT, "kept", "green")
X(RETURNED, "returned", "secondary")
