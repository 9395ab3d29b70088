X(NONE, "none", "secondary")
X(REQUESTED, "requested", "blue")
X(ISSUED, "issued", "green")
X(REFUSED, "refused", "orange")
