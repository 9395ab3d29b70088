X(FAST, "fast", "orange")
X(SLOW, "slow", "blue")
X(SUPER, "super", "red")
