X(WECHAT, "wechat", "green")
X(SUIXINGPAY, "suixingpay", "blue")
