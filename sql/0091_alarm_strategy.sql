-- Who is told of which alarms, and what people do about them (T1, T2).
ALTER TABLE alarm
	ADD COLUMN handling VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'waiting' COMMENT 'waiting working done',
	ADD COLUMN way VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT '',
	ADD COLUMN note VARCHAR(500) NOT NULL DEFAULT '',
	ADD COLUMN handled_by BIGINT NULL,
	ADD COLUMN handled_at DATETIME NULL,
	ADD KEY alarm_handling (handling, opened_at, id);
-- What was over before anybody could say what he did about it needs nobody any more.
UPDATE alarm SET handling = 'done' WHERE state = 'closed';

CREATE TABLE alarm_strategy (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	level VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'general' COMMENT 'the least that is told',
	codes VARCHAR(500) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'by comma; empty: all',
	recipients VARCHAR(1000) CHARACTER SET ascii NOT NULL COMMENT 'phones and mail addresses by comma',
	all_stations BOOLEAN NOT NULL DEFAULT TRUE,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY alarm_strategy_name (provider_id, name, deleted),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE alarm_strategy_station (
	alarm_strategy_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	PRIMARY KEY (alarm_strategy_id, station_id),
	KEY alarm_strategy_station_station (station_id),
	FOREIGN KEY (alarm_strategy_id) REFERENCES alarm_strategy (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
