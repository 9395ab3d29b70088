-- Interconnection by T/CEC 102: the other platforms, what was said both ways, whose charge is whose (I9).

-- A platform a provider exchanges drivers with. partner_id stands here for all drivers and stations there, so that daily
-- reports and bills work as between two providers of this platform. Secrets: JSON sealed with the data key; ours are what
-- they call us with, theirs what we call them with.
CREATE TABLE exchange_peer (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	partner_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	our_operator CHAR(9) CHARACTER SET ascii NOT NULL,
	their_operator CHAR(9) CHARACTER SET ascii NOT NULL,
	our_secrets VARCHAR(1000) CHARACTER SET ascii NOT NULL DEFAULT '',
	their_secrets VARCHAR(1000) CHARACTER SET ascii NOT NULL DEFAULT '',
	base_url VARCHAR(400) NOT NULL DEFAULT '' COMMENT 'interfaces come after it; empty: we never call',
	paths VARCHAR(1000) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'query_token=/evcs/sdk/query_token: other paths, from the host',
	spelling VARCHAR(1000) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'SevicePrice=ServicePrice: ours=theirs',
	check_sig BOOLEAN NOT NULL DEFAULT TRUE COMMENT 'of answers',
	loose_seq BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'their Seq does not count: only the same message again is refused',
	allow_list VARCHAR(500) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'networks; empty: any',
	rate_limit INT NOT NULL DEFAULT 600 COMMENT 'messages a minute',
	energy_decimals INT NOT NULL DEFAULT 2,
	push_status BOOLEAN NOT NULL DEFAULT TRUE,
	progress_seconds INT NOT NULL DEFAULT 60 COMMENT '0: no progress is pushed',
	token VARCHAR(3000) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'theirs, sealed',
	token_until DATETIME NULL,
	second_at DATETIME NULL,
	second_seq INT NOT NULL DEFAULT 0 COMMENT 'Seq counts inside a second',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY exchange_peer_pair (their_operator, our_operator, deleted),
	KEY exchange_peer_provider (provider_id),
	KEY exchange_peer_partner (partner_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (partner_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE exchange_token (
	token_hash CHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	exchange_peer_id BIGINT NOT NULL,
	expires_at DATETIME NOT NULL,
	KEY exchange_token_expires (expires_at),
	FOREIGN KEY (exchange_peer_id) REFERENCES exchange_peer (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A message is taken once: its time and Seq.
CREATE TABLE exchange_seen (
	exchange_peer_id BIGINT NOT NULL,
	mark VARCHAR(60) CHARACTER SET ascii NOT NULL,
	at DATETIME NOT NULL,
	PRIMARY KEY (exchange_peer_id, mark),
	KEY exchange_seen_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Every message of both directions, readable; secrets are not in it.
CREATE TABLE exchange_message (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	exchange_peer_id BIGINT NOT NULL,
	provider_id BIGINT NOT NULL,
	direction VARCHAR(4) CHARACTER SET ascii NOT NULL,
	interface VARCHAR(40) CHARACTER SET ascii NOT NULL,
	seq VARCHAR(32) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'of the charge or question',
	ask MEDIUMTEXT NOT NULL,
	answer MEDIUMTEXT NOT NULL,
	ret INT NULL,
	msg VARCHAR(300) NOT NULL DEFAULT '',
	http_status INT NULL,
	millis INT NOT NULL DEFAULT 0,
	delivery_id BIGINT NULL,
	ip VARCHAR(45) CHARACTER SET ascii NOT NULL DEFAULT '',
	at DATETIME NOT NULL,
	KEY exchange_message_at (at, id),
	KEY exchange_message_provider (provider_id, at, id),
	KEY exchange_message_peer (exchange_peer_id, id),
	KEY exchange_message_seq (seq, id),
	FOREIGN KEY (exchange_peer_id) REFERENCES exchange_peer (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A charge at our pile that a driver of theirs asked for.
CREATE TABLE exchange_session (
	session_id BIGINT NOT NULL PRIMARY KEY,
	exchange_peer_id BIGINT NOT NULL,
	seq VARCHAR(27) CHARACTER SET ascii NOT NULL,
	progress_at DATETIME NULL COMMENT 'last told',
	confirm_result INT NULL COMMENT 'what they said of the order',
	confirmed_at DATETIME NULL,
	UNIQUE KEY exchange_session_seq (exchange_peer_id, seq),
	FOREIGN KEY (session_id) REFERENCES session (id),
	FOREIGN KEY (exchange_peer_id) REFERENCES exchange_peer (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- The state of a connector as it was told last.
CREATE TABLE exchange_told (
	exchange_peer_id BIGINT NOT NULL,
	connector_id BIGINT NOT NULL,
	state INT NOT NULL,
	at DATETIME NOT NULL,
	PRIMARY KEY (exchange_peer_id, connector_id),
	FOREIGN KEY (exchange_peer_id) REFERENCES exchange_peer (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE delivery
	ADD COLUMN exchange_peer_id BIGINT NULL,
	ADD KEY delivery_exchange_peer (exchange_peer_id, id);
