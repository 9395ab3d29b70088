X(TENANT, "tenant", "blue")
X(STATIONS, "stations", "orange")
