X(WECHAT, "wechat", "green")
X(SUIXINGPAY, "suixingpay", "blue")
X(LESHUA, "leshua", "orange")
