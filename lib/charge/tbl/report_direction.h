X(RECEIVABLE, "receivable", "green")
X(PAYABLE, "payable", "orange")
