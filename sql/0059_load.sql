-- A station's power among the piles that charge (W4).
ALTER TABLE station
	ADD COLUMN load_limit DECIMAL(10,2) NULL COMMENT 'kW of all piles together; NULL: no limit',
	ADD COLUMN load_way VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'equal' COMMENT 'equal first priority',
	ADD KEY station_load_limit (load_limit);
ALTER TABLE pile ADD COLUMN load_priority INT NOT NULL DEFAULT 0 COMMENT 'more comes first';

-- Of stations with a limit: when their power was divided last. Its row is the lock of whoever divides.
CREATE TABLE station_load (
	station_id BIGINT NOT NULL PRIMARY KEY,
	turned_at DATETIME NOT NULL,
	sampled_at DATETIME NOT NULL,
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE load_share (
	pile_id BIGINT NOT NULL PRIMARY KEY,
	station_id BIGINT NOT NULL,
	share INT NOT NULL COMMENT 'W that it was told; its rating before',
	wish INT NOT NULL COMMENT 'W that it could use',
	command_id BIGINT NULL COMMENT 'the last that told it',
	told_at DATETIME NULL,
	KEY load_share_station (station_id),
	FOREIGN KEY (pile_id) REFERENCES pile (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A point a minute while something charges: pile_id 0 is the station, its share the limit.
CREATE TABLE load_sample (
	station_id BIGINT NOT NULL,
	at DATETIME NOT NULL,
	pile_id BIGINT NOT NULL,
	share INT NOT NULL COMMENT 'W',
	power INT NOT NULL COMMENT 'W',
	PRIMARY KEY (station_id, at, pile_id),
	KEY load_sample_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
