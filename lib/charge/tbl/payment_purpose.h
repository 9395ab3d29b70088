X(RECHARGE, "recharge", "green")
X(PREPAY, "prepay", "blue")
X(CARD_FEE, "card_fee", "purple")
