-- Vehicles of fleets and of members, and the brands there are (V1-V3).

-- What a vehicle may be; a vehicle refers to a row of it. model '': the whole series.
CREATE TABLE vehicle_brand (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	brand VARCHAR(40) NOT NULL,
	series VARCHAR(40) NOT NULL DEFAULT '',
	model VARCHAR(60) NOT NULL DEFAULT '',
	battery DECIMAL(16,4) NULL COMMENT 'kWh',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY vehicle_brand_once (brand, series, model, deleted)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Of a fleet (fleet_id) or of a member (member_id). vin NULL: not known. soc_*: what a member asked for and what was decided.
CREATE TABLE vehicle (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	fleet_id BIGINT NULL,
	member_id BIGINT NULL,
	code VARCHAR(24) CHARACTER SET ascii NOT NULL DEFAULT '',
	plate VARCHAR(12) NOT NULL,
	vin VARCHAR(17) CHARACTER SET ascii NULL,
	vehicle_brand_id BIGINT NULL,
	vin_member_id BIGINT NULL COMMENT 'the administrator that the VIN is bound to',
	seen_at DATETIME NULL COMMENT 'when a pile last read its VIN',
	soc_limit INT NULL COMMENT 'percent, in force',
	soc_wanted INT NULL COMMENT 'percent, asked for',
	soc_state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'none',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY vehicle_plate (fleet_id, plate, deleted),
	UNIQUE KEY vehicle_member_plate (member_id, plate, deleted),
	UNIQUE KEY vehicle_vin (provider_id, vin, deleted),
	KEY vehicle_by_plate (plate),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (fleet_id) REFERENCES fleet (id),
	FOREIGN KEY (member_id) REFERENCES member (id),
	FOREIGN KEY (vehicle_brand_id) REFERENCES vehicle_brand (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
