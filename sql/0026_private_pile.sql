-- Drivers who wish a pile of their own, as they filed it from a station's code (S13).

CREATE TABLE private_pile (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	name VARCHAR(40) NOT NULL,
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL,
	address VARCHAR(200) NOT NULL,
	vehicle VARCHAR(60) NOT NULL DEFAULT '',
	wish VARCHAR(500) NOT NULL DEFAULT '',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'filed',
	answer VARCHAR(200) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	version INT NOT NULL DEFAULT 1,
	KEY private_pile_station (station_id, created_at),
	KEY private_pile_provider (provider_id, created_at),
	KEY private_pile_applied (created_at),
	KEY private_pile_phone (phone, station_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
