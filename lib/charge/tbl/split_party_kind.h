X(PROVIDER, "provider", "purple")
X(PROPERTY, "property", "orange")
X(PLATFORM, "platform", "secondary")
X(RECEIVER, "receiver", "blue")
