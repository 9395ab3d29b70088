-- Who a channel may share money with, as it was told (F12): told again after it refused one.
CREATE TABLE channel_receiver (
	channel_id BIGINT NOT NULL,
	account_type VARCHAR(16) CHARACTER SET ascii NOT NULL,
	account VARCHAR(64) CHARACTER SET ascii NOT NULL,
	registered_at DATETIME NOT NULL,
	PRIMARY KEY (channel_id, account_type, account),
	FOREIGN KEY (channel_id) REFERENCES channel (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
