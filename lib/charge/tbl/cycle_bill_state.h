X(DRAFT, "draft", "secondary")
X(CONFIRMED, "confirmed", "blue")
X(AGREED, "agreed", "orange")
X(SETTLED, "settled", "green")
