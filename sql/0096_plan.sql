-- Charging plans of fleets: at a time of day connectors are started one after the other (Z1-Z3).

-- state: pending until the fleet's administrator has confirmed it, running, paused.
CREATE TABLE plan (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	fleet_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	execution VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'automatic',
	start_time CHAR(5) CHARACTER SET ascii NOT NULL COMMENT 'HH:MM',
	gap_seconds INT NOT NULL DEFAULT 5 COMMENT 'between two starts, against inrush',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	next_at DATETIME NULL COMMENT 'NULL: not confirmed, paused, or by hand',
	confirmed_at DATETIME NULL,
	confirmed_by BIGINT NULL COMMENT 'member',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY plan_name (fleet_id, name, deleted),
	KEY plan_next (next_at),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (fleet_id) REFERENCES fleet (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A connector of a plan, in the order of the starts (id). vehicle_id: the default vehicle where the pile reads no VIN; energy: wanted.
-- connector_once: a connector stands in one plan alone.
CREATE TABLE plan_connector (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	plan_id BIGINT NOT NULL,
	connector_id BIGINT NOT NULL,
	vehicle_id BIGINT NULL,
	energy DECIMAL(16,4) NULL,
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY plan_connector_once (connector_id, deleted),
	KEY plan_connector_plan (plan_id, id),
	FOREIGN KEY (plan_id) REFERENCES plan (id),
	FOREIGN KEY (connector_id) REFERENCES connector (id),
	FOREIGN KEY (vehicle_id) REFERENCES vehicle (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- One start of one connector in one run: a run is a plan's due time, and happens once.
CREATE TABLE plan_start (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	plan_id BIGINT NOT NULL,
	due_at DATETIME NOT NULL COMMENT 'of the run',
	connector_id BIGINT NOT NULL,
	vehicle_id BIGINT NULL,
	energy DECIMAL(16,4) NULL,
	start_at DATETIME NOT NULL COMMENT 'when its command may leave',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'waiting' COMMENT 'waiting started refused',
	refusal VARCHAR(24) CHARACTER SET ascii NOT NULL DEFAULT '',
	elsewhere_connector_id BIGINT NULL COMMENT 'where the vehicle charges instead',
	session_id BIGINT NULL,
	UNIQUE KEY plan_start_once (plan_id, due_at, connector_id),
	KEY plan_start_waiting (state, start_at),
	KEY plan_start_plan (plan_id, start_at, id),
	KEY plan_start_at (start_at, id),
	KEY plan_start_session (session_id),
	FOREIGN KEY (plan_id) REFERENCES plan (id),
	FOREIGN KEY (connector_id) REFERENCES connector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- The charges that a plan started: they do not count against the administrator's own limits, and strangers are stopped.
ALTER TABLE session
	ADD COLUMN plan_id BIGINT NULL;
