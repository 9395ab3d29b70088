X(MEMBER, "member", "blue")
X(CARD, "card", "green")
X(PROVIDER, "provider", "purple")
X(PLATFORM, "platform", "secondary")
