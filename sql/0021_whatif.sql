-- What last month's charges would have cost under another tariff: a question, its sums by station and by half hour of the day.
CREATE TABLE whatif (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	property_id BIGINT NULL COMMENT 'if all stations are its',
	station_id BIGINT NULL COMMENT 'if it is the only one',
	tariff_id BIGINT NOT NULL,
	tariff_version_id BIGINT NOT NULL,
	from_day DATE NOT NULL,
	to_day DATE NOT NULL COMMENT 'the last day',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	stations INT NOT NULL,
	sessions BIGINT NOT NULL DEFAULT 0,
	energy DECIMAL(18,4) NOT NULL DEFAULT 0,
	amount_before DECIMAL(18,5) NOT NULL DEFAULT 0,
	amount_after DECIMAL(18,5) NOT NULL DEFAULT 0,
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	KEY whatif_provider (provider_id, id),
	KEY whatif_tariff (tariff_id, id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (tariff_version_id) REFERENCES tariff_version (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE whatif_station (
	whatif_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	sessions BIGINT NOT NULL DEFAULT 0,
	energy DECIMAL(18,4) NOT NULL DEFAULT 0,
	amount_before DECIMAL(18,5) NOT NULL DEFAULT 0,
	amount_after DECIMAL(18,5) NOT NULL DEFAULT 0,
	PRIMARY KEY (whatif_id, station_id),
	FOREIGN KEY (whatif_id) REFERENCES whatif (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- half_hour 0-47 of the operator's day; 48: discounts, rounding and lines longer than half an hour.
CREATE TABLE whatif_slot (
	whatif_id BIGINT NOT NULL,
	half_hour INT NOT NULL,
	energy DECIMAL(18,4) NOT NULL DEFAULT 0,
	amount_before DECIMAL(18,5) NOT NULL DEFAULT 0,
	amount_after DECIMAL(18,5) NOT NULL DEFAULT 0,
	PRIMARY KEY (whatif_id, half_hour),
	FOREIGN KEY (whatif_id) REFERENCES whatif (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
