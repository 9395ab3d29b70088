-- What piles tell beyond charging: ground locks, batteries; charging by two guns; alarms by fault words.

ALTER TABLE connector_live
	ADD COLUMN lock_state VARCHAR(8) CHARACTER SET ascii NULL COMMENT 'up down moving; NULL: no ground lock',
	ADD COLUMN lock_car BOOLEAN NULL,
	ADD COLUMN lock_battery INT NULL COMMENT '%',
	ADD COLUMN lock_alarm INT NULL COMMENT 'as the device said; 0: none',
	ADD COLUMN lock_at DATETIME NULL;

-- Guns of one car that charge together have it in common.
ALTER TABLE session
	ADD COLUMN parallel CHAR(12) CHARACTER SET ascii NULL COMMENT 'yymmddhhmmss' AFTER vin;

-- What the battery said during a charge: the newest of each kind.
CREATE TABLE session_battery (
	session_id BIGINT NOT NULL,
	kind VARCHAR(24) CHARACTER SET ascii NOT NULL,
	first_at DATETIME NOT NULL,
	last_at DATETIME NOT NULL,
	times INT NOT NULL DEFAULT 1,
	words VARCHAR(2000) CHARACTER SET ascii NOT NULL,
	PRIMARY KEY (session_id, kind),
	FOREIGN KEY (session_id) REFERENCES session (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE alarm
	ADD KEY alarm_pile_open (pile_id, closed);
