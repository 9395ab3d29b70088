X(WECHAT, "wechat", "green")
