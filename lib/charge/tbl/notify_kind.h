X(ALIYUN_SMS, "aliyun_sms", "blue")
X(WECOM_ROBOT, "wecom_robot", "green")
