X(PROVIDER, "provider", "blue")
X(SUB_MERCHANT, "sub_merchant", "purple")
