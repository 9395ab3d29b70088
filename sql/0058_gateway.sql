-- Gateways: who is alive, what each holds (N1). A name is one loop process of `gateway_id` (g1, g1-2, ...).
CREATE TABLE gateway (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	name VARCHAR(32) CHARACTER SET ascii NOT NULL,
	state VARCHAR(8) CHARACTER SET ascii NOT NULL COMMENT 'up stopped lost',
	host VARCHAR(64) CHARACTER SET ascii NOT NULL DEFAULT '',
	life VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'one start of it; another life, another holder',
	program VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'release and time of build',
	started_at DATETIME NOT NULL,
	seen_at DATETIME NOT NULL,
	expires_at DATETIME NOT NULL COMMENT 'its piles are anybody''s after that',
	heir VARCHAR(32) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'who took its piles',
	piles INT NOT NULL DEFAULT 0,
	connections INT NOT NULL DEFAULT 0,
	room INT NOT NULL DEFAULT 0 COMMENT 'connections it admits',
	waiting INT NOT NULL DEFAULT 0 COMMENT 'log-ins that wait for their turn',
	frames_in INT NOT NULL DEFAULT 0 COMMENT 'a second',
	frames_out INT NOT NULL DEFAULT 0 COMMENT 'a second',
	rejected BIGINT NOT NULL DEFAULT 0 COMMENT 'since its start',
	queued INT NOT NULL DEFAULT 0 COMMENT 'bytes for the writers',
	lag INT NOT NULL DEFAULT 0 COMMENT 'ms, the worst turn of the loop since the last row',
	memory INT NOT NULL DEFAULT 0 COMMENT 'kB, its own',
	UNIQUE KEY gateway_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE gateway_reject (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	gateway_id BIGINT NOT NULL,
	reason VARCHAR(16) CHARACTER SET ascii NOT NULL,
	count BIGINT NOT NULL,
	last_at DATETIME NOT NULL,
	UNIQUE KEY gateway_reject_reason (gateway_id, reason),
	FOREIGN KEY (gateway_id) REFERENCES gateway (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
