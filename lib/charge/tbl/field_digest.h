X(HMAC_SHA256, "hmac_sha256", "green")
X(SHA256, "sha256", "blue")
X(MD5, "md5", "orange")
