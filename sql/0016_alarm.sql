-- What is wrong with piles and connectors: an alarm is opened once, seen again, and closed when it is over.

-- closed: 0 while it is open, then the row's own id; the unique key holds each open alarm once.
CREATE TABLE alarm (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pile_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	connector_number INT NOT NULL DEFAULT 0 COMMENT '0: the pile as a whole',
	code VARCHAR(20) CHARACTER SET ascii NOT NULL COMMENT 'the platform''s',
	level VARCHAR(10) CHARACTER SET ascii NOT NULL,
	detail VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'as last said',
	state VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'open',
	times INT NOT NULL DEFAULT 1 COMMENT 'said so often while open',
	opened_at DATETIME NOT NULL,
	last_at DATETIME NOT NULL,
	closed_at DATETIME NULL,
	closed BIGINT NOT NULL DEFAULT 0,
	UNIQUE KEY alarm_open (closed, code, pile_id, connector_number),
	KEY alarm_pile (pile_id, opened_at),
	KEY alarm_station (station_id, opened_at),
	KEY alarm_opened (opened_at, id),
	KEY alarm_state (state, opened_at, id),
	FOREIGN KEY (pile_id) REFERENCES pile (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE webhook
	ADD COLUMN alarm_opened BOOLEAN NOT NULL DEFAULT FALSE AFTER payment_made;
