X(OUTDOOR, "outdoor", "green")
X(INDOOR, "indoor", "blue")
X(UNDERGROUND, "underground", "purple")
X(ROOF, "roof", "orange")
