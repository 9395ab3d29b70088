X(NATIVE, "native", "blue")
X(JSAPI, "jsapi", "green")
X(H5, "h5", "purple")
X(PHONE, "phone", "cyan")
