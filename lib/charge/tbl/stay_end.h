X(CAMERA, "camera", "blue")
X(OTHER, "other", "orange")
X(PERSON, "person", "secondary")
