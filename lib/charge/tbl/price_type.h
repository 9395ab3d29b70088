X(SHARP, "sharp", "red")
X(PEAK, "peak", "orange")
X(FLAT, "flat", "blue")
X(VALLEY, "valley", "green")
