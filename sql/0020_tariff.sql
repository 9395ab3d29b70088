-- Tariffs of e-bikes and of cost, and what a rule says beside its prices per kWh: the longest charge, free minutes, prices of time, booking, occupancy, amounts offered.
ALTER TABLE tariff ADD COLUMN kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'car' COMMENT 'car, ebike, cost: what the operator pays himself' AFTER station_id;

-- Each version has slots; that of an e-bike has one, the whole day, with its prices per kWh.
ALTER TABLE tariff_version
	ADD COLUMN method VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'tou' AFTER effective_at,
	ADD COLUMN stop_minutes INT NOT NULL DEFAULT 0 COMMENT 'the longest charge of an e-bike',
	ADD COLUMN free_minutes INT NOT NULL DEFAULT 0,
	ADD COLUMN hour_price DECIMAL(10,5) NOT NULL DEFAULT 0,
	ADD COLUMN booking_minutes INT NOT NULL DEFAULT 0,
	ADD COLUMN booking_price DECIMAL(18,5) NOT NULL DEFAULT 0,
	ADD COLUMN occupancy_free_minutes INT NOT NULL DEFAULT 0,
	ADD COLUMN occupancy_unit_minutes INT NOT NULL DEFAULT 0,
	ADD COLUMN occupancy_price DECIMAL(18,5) NOT NULL DEFAULT 0 COMMENT 'a unit begun',
	ADD COLUMN occupancy_cap DECIMAL(18,5) NULL,
	ADD COLUMN presets VARCHAR(200) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'yuan, by comma';
UPDATE tariff_version SET method = 'unified'
	WHERE (SELECT COUNT(*) FROM tariff_slot s WHERE s.tariff_version_id = tariff_version.id) = 1;

CREATE TABLE tariff_band (
	tariff_version_id BIGINT NOT NULL,
	from_watt INT NOT NULL,
	to_watt INT NOT NULL,
	hour_price DECIMAL(10,5) NOT NULL COMMENT 'yuan per hour',
	PRIMARY KEY (tariff_version_id, from_watt),
	FOREIGN KEY (tariff_version_id) REFERENCES tariff_version (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Lines of time: how long, in which band, at what price an hour.
ALTER TABLE cdr_line
	ADD COLUMN seconds BIGINT NOT NULL DEFAULT 0,
	ADD COLUMN hour_price DECIMAL(10,5) NOT NULL DEFAULT 0,
	ADD COLUMN from_watt INT NOT NULL DEFAULT 0,
	ADD COLUMN to_watt INT NOT NULL DEFAULT 0;

ALTER TABLE station ADD COLUMN cost_tariff_id BIGINT NULL;
ALTER TABLE station ADD FOREIGN KEY (cost_tariff_id) REFERENCES tariff (id);
