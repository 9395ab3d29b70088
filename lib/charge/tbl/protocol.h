X(YKC, "ykc", "blue")
