-- Stations that number their charges by what the platform gave them (OCPP), that log in with a password, and that tell
-- how long operations go.

ALTER TABLE pile
	ADD COLUMN access_key CHAR(64) CHARACTER SET ascii NULL COMMENT 'digest of what it logs in with; NULL: no password';

-- A charge by the number that its station knows it by. The unique key makes a start that is told twice the same charge.
CREATE TABLE wire_charge (
	id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pile_id BIGINT NOT NULL,
	number INT NOT NULL COMMENT 'of the connector',
	tag VARCHAR(20) CHARACTER SET ascii NOT NULL,
	station_at BIGINT NOT NULL COMMENT 'UNIX seconds by the station''s clock',
	meter_start BIGINT NOT NULL COMMENT 'Wh',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'what the station was told of the tag',
	session_id BIGINT NULL,
	started_at DATETIME NOT NULL COMMENT 'when the platform heard of it',
	stopped_at DATETIME NULL,
	meter_stop BIGINT NULL,
	UNIQUE KEY wire_charge_once (pile_id, number, tag, station_at, meter_start),
	KEY wire_charge_session (session_id),
	KEY wire_charge_open (pile_id, stopped_at),
	FOREIGN KEY (pile_id) REFERENCES pile (id),
	FOREIGN KEY (session_id) REFERENCES session (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What a station last said of a matter: its firmware update, diagnostics, security.
CREATE TABLE pile_notice (
	pile_id BIGINT NOT NULL,
	kind VARCHAR(40) CHARACTER SET ascii NOT NULL,
	words VARCHAR(400) NOT NULL,
	at DATETIME NOT NULL,
	PRIMARY KEY (pile_id, kind),
	FOREIGN KEY (pile_id) REFERENCES pile (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE command
	ADD COLUMN answer MEDIUMTEXT NULL COMMENT 'JSON, as the station gave it';
