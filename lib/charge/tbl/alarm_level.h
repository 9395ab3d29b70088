X(NOTICE, "notice", "secondary")
X(GENERAL, "general", "orange")
X(SERIOUS, "serious", "red")
X(URGENT, "urgent", "purple")
