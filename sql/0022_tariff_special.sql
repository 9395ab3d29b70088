-- What a price depends on beside the time of day: weekdays, and the energy and time charged before; the first row that holds counts instead of the slot's prices.
CREATE TABLE tariff_special (
	tariff_version_id BIGINT NOT NULL,
	position INT NOT NULL,
	days INT NOT NULL COMMENT 'bit 0 Monday .. bit 6 Sunday; 0: each',
	start_minute INT NOT NULL,
	end_minute INT NOT NULL,
	from_energy DECIMAL(12,4) NOT NULL,
	to_energy DECIMAL(12,4) NOT NULL COMMENT '0: no end',
	from_minutes INT NOT NULL COMMENT 'since the start of the charge',
	to_minutes INT NOT NULL COMMENT '0: no end',
	energy_price DECIMAL(10,5) NOT NULL,
	service_price DECIMAL(10,5) NOT NULL,
	PRIMARY KEY (tariff_version_id, position),
	FOREIGN KEY (tariff_version_id) REFERENCES tariff_version (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A step begun is billed whole.
ALTER TABLE tariff_version
	ADD COLUMN step_energy DECIMAL(12,4) NOT NULL DEFAULT 0 COMMENT 'kWh; 0: none',
	ADD COLUMN step_minutes INT NOT NULL DEFAULT 0 COMMENT 'of the time of an e-bike; 0: none';
ALTER TABLE cdr_line ADD COLUMN special INT NOT NULL DEFAULT 0 COMMENT 'the row of tariff_special that gave the prices; 0: the slot did';

-- A pile that cannot do prices by time of day takes the smallest service fee of the day.
ALTER TABLE session ADD COLUMN least_service TINYINT NOT NULL DEFAULT 0;

-- The widest level: what counts where neither pile nor area nor station says anything.
ALTER TABLE provider
	ADD COLUMN car_tariff_id BIGINT NULL,
	ADD COLUMN ebike_tariff_id BIGINT NULL;
ALTER TABLE provider
	ADD FOREIGN KEY (car_tariff_id) REFERENCES tariff (id),
	ADD FOREIGN KEY (ebike_tariff_id) REFERENCES tariff (id);
