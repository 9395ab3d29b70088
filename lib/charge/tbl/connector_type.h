X(GBT_DC, "gbt_dc", "blue")
X(GBT_AC, "gbt_ac", "green")
X(SOCKET, "socket", "secondary")
