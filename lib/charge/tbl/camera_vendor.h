X(VZ_BAY, "vz_bay", "blue")
X(VZ_LANE, "vz_lane", "blue")
X(GENERIC, "generic", "secondary")
