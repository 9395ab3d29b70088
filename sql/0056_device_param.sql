-- What an e-bike device was last told to work by (AP3000 0x83, 0x85), in the units people type. Whether it took them stands in command.
CREATE TABLE device_param (
	pile_id BIGINT NOT NULL PRIMARY KEY,
	longest_minutes INT NOT NULL,
	overload_watt INT NOT NULL,
	voltage_max INT NOT NULL,
	voltage_min INT NOT NULL,
	unplug_watt DECIMAL(6,1) NOT NULL,
	unplug_seconds INT NOT NULL,
	float_percent INT NOT NULL,
	float_seconds INT NOT NULL,
	float_more INT NOT NULL COMMENT 'seconds',
	beat_seconds INT NOT NULL,
	wished_at DATETIME NOT NULL, wished_by BIGINT NULL,
	FOREIGN KEY (pile_id) REFERENCES pile (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
