X(RECORD, "record", "blue")
X(RELIEF, "relief", "green")
