X(SESSION_STARTED, "session_started", "blue")
X(SESSION_SETTLED, "session_settled", "green")
X(PAYMENT_MADE, "payment_made", "orange")
X(PING, "ping", "secondary")
