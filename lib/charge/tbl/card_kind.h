X(ELECTRONIC, "electronic", "blue")
X(PHYSICAL, "physical", "purple")
