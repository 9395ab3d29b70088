-- Frames as they went over the wire, for disputes: day partitions, made and dropped by job purge.

CREATE TABLE raw_frame (
	id BIGINT NOT NULL AUTO_INCREMENT,
	at DATETIME(3) NOT NULL,
	pile_id BIGINT NOT NULL,
	direction VARCHAR(4) CHARACTER SET ascii NOT NULL COMMENT 'up: from the pile, down',
	type VARCHAR(32) CHARACTER SET ascii NOT NULL COMMENT 'the protocol''s name of it; ?: none',
	words TEXT NOT NULL COMMENT 'what it says',
	body BLOB NOT NULL,
	PRIMARY KEY (id, at),
	KEY raw_frame_pile (pile_id, at),
	KEY raw_frame_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
PARTITION BY RANGE COLUMNS (at) (PARTITION pmax VALUES LESS THAN (MAXVALUE));

ALTER TABLE pile
	ADD COLUMN black_box VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'usual' COMMENT 'off, usual: without heartbeats, all';
