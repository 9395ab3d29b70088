X(SMS, "sms", "blue")
X(MAIL, "mail", "green")
X(WEBHOOK, "webhook", "purple")
X(PARKING, "parking", "orange")
