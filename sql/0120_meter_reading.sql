-- What a station's own meter says, and the loss that was reckoned with (T5).

CREATE TABLE meter_reading (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	station_id BIGINT NOT NULL,
	day DATE NOT NULL COMMENT 'read at its end, 24:00',
	reading DECIMAL(16,4) NOT NULL,
	multiplier INT NOT NULL DEFAULT 1 COMMENT 'of current and voltage transformers',
	restart DECIMAL(16,4) NULL COMMENT 'the meter was changed after this reading: where the new one begins',
	reader VARCHAR(40) NOT NULL DEFAULT '',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY meter_reading_day (station_id, day, deleted),
	KEY meter_reading_at (day, id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE loss_rate (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	station_id BIGINT NOT NULL,
	from_day DATE NOT NULL,
	rate DECIMAL(5,2) NOT NULL COMMENT 'percent of what the meter counts',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY loss_rate_day (station_id, from_day, deleted),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
