X(REMOTE, "remote", "blue")
X(ON_SITE, "on_site", "purple")
X(VENDOR, "vendor", "orange")
X(NOTHING, "nothing", "secondary")
