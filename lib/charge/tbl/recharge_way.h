X(BOOKED, "booked", "orange")
X(PAID, "paid", "green")
