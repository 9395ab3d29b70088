X(CHARGING, "charging", "blue")
X(ENDED, "ended", "green")
