-- Where charging happens: stations, areas, piles, connectors, tariffs, and what they say live.

CREATE TABLE station (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'car',
	provider_id BIGINT NOT NULL,
	property_id BIGINT NOT NULL,
	code VARCHAR(20) CHARACTER SET ascii NOT NULL,
	name VARCHAR(80) NOT NULL,
	short_name VARCHAR(40) NOT NULL DEFAULT '',
	operation_type VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'public',
	contact VARCHAR(40) NOT NULL DEFAULT '',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	hotline VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	intro VARCHAR(1000) NOT NULL DEFAULT '',
	hours VARCHAR(60) NOT NULL DEFAULT '00:00-24:00',
	max_power DECIMAL(12,2) NULL COMMENT 'kW',
	load_capacity DECIMAL(12,2) NULL COMMENT 'kVA',
	power_limit INT NULL COMMENT 'W per socket, e-bikes',
	province VARCHAR(40) NOT NULL DEFAULT '',
	city VARCHAR(40) NOT NULL DEFAULT '',
	address VARCHAR(200) NOT NULL DEFAULT '',
	longitude DECIMAL(10,6) NULL,
	latitude DECIMAL(10,6) NULL,
	tariff_id BIGINT NULL,
	plate_required BOOLEAN NOT NULL DEFAULT FALSE,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	audit_status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'approved',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY station_code (code, deleted),
	UNIQUE KEY station_name (name, deleted),
	KEY station_owner (provider_id, property_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Which stations a user of a `stations` role may see.
CREATE TABLE user_station (
	user_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	PRIMARY KEY (user_id, station_id),
	FOREIGN KEY (user_id) REFERENCES user (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE area (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	station_id BIGINT NOT NULL,
	code VARCHAR(24) CHARACTER SET ascii NOT NULL,
	name VARCHAR(60) NOT NULL,
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	power DECIMAL(12,2) NULL COMMENT 'kW',
	tariff_id BIGINT NULL,
	is_default BOOLEAN NOT NULL DEFAULT FALSE,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY area_code (code, deleted),
	UNIQUE KEY area_name (station_id, name, deleted),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- serial = 出厂标识, the identity on the wire (14 digits for 云快充); code = the platform's number.
CREATE TABLE pile (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	station_id BIGINT NOT NULL,
	area_id BIGINT NOT NULL,
	code VARCHAR(24) CHARACTER SET ascii NOT NULL,
	serial VARCHAR(40) CHARACTER SET ascii NOT NULL,
	name VARCHAR(60) NOT NULL,
	protocol VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'ykc',
	current_type VARCHAR(4) CHARACTER SET ascii NOT NULL DEFAULT 'dc',
	model VARCHAR(60) NOT NULL DEFAULT '',
	device_version VARCHAR(40) NOT NULL DEFAULT '',
	connector_count INT NOT NULL DEFAULT 1,
	sim_no VARCHAR(24) CHARACTER SET ascii NOT NULL DEFAULT '',
	operation_type VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'public',
	occupancy_charged BOOLEAN NOT NULL DEFAULT FALSE,
	bookable BOOLEAN NOT NULL DEFAULT FALSE,
	rated_power DECIMAL(12,2) NULL COMMENT 'kW',
	rated_current DECIMAL(12,2) NULL COMMENT 'A',
	rated_voltage DECIMAL(12,2) NULL COMMENT 'V',
	charge_type VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'floor',
	speed VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'fast',
	mounting VARCHAR(40) NOT NULL DEFAULT '',
	protection VARCHAR(20) NOT NULL DEFAULT '',
	communication VARCHAR(20) NOT NULL DEFAULT '',
	tariff_id BIGINT NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY pile_serial (serial, deleted),
	UNIQUE KEY pile_code (code, deleted),
	KEY pile_station (station_id, area_id),
	FOREIGN KEY (station_id) REFERENCES station (id),
	FOREIGN KEY (area_id) REFERENCES area (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE connector (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pile_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	number INT NOT NULL,
	code VARCHAR(24) CHARACTER SET ascii NOT NULL,
	name VARCHAR(60) NOT NULL,
	type VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'gbt_dc',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY connector_code (code, deleted),
	UNIQUE KEY connector_number (pile_id, number, deleted),
	KEY connector_station (station_id),
	FOREIGN KEY (pile_id) REFERENCES pile (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What the gateway knows, apart from what people edit: written behind, in batches.
CREATE TABLE pile_live (
	pile_id BIGINT NOT NULL PRIMARY KEY,
	online BOOLEAN NOT NULL DEFAULT FALSE,
	gateway_id VARCHAR(32) CHARACTER SET ascii NOT NULL DEFAULT '',
	address VARCHAR(60) CHARACTER SET ascii NOT NULL DEFAULT '',
	protocol_version VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT '',
	firmware VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	iccid VARCHAR(24) CHARACTER SET ascii NOT NULL DEFAULT '',
	tariff_version_id BIGINT NULL COMMENT 'what the pile confirmed to hold',
	connected_at DATETIME NULL,
	disconnected_at DATETIME NULL,
	seen_at DATETIME NULL,
	clock_skew INT NULL COMMENT 'seconds',
	KEY pile_live_gateway (gateway_id, online),
	FOREIGN KEY (pile_id) REFERENCES pile (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE connector_live (
	connector_id BIGINT NOT NULL PRIMARY KEY,
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'offline',
	plugged BOOLEAN NOT NULL DEFAULT FALSE,
	voltage DECIMAL(8,1) NULL, current DECIMAL(8,1) NULL, power DECIMAL(10,3) NULL,
	soc INT NULL, temperature INT NULL,
	fault INT NOT NULL DEFAULT 0 COMMENT 'raw fault word',
	session_id BIGINT NULL,
	updated_at DATETIME NOT NULL,
	KEY connector_live_state (state),
	FOREIGN KEY (connector_id) REFERENCES connector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE connectivity (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pile_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	event VARCHAR(10) CHARACTER SET ascii NOT NULL,
	reason VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	address VARCHAR(60) CHARACTER SET ascii NOT NULL DEFAULT '',
	gateway_id VARCHAR(32) CHARACTER SET ascii NOT NULL DEFAULT '',
	at DATETIME NOT NULL,
	KEY connectivity_pile (pile_id, at),
	KEY connectivity_station (station_id, at),
	KEY connectivity_at (at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Devices that knocked and are not registered.
CREATE TABLE stranger (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	protocol VARCHAR(12) CHARACTER SET ascii NOT NULL,
	serial VARCHAR(40) CHARACTER SET ascii NOT NULL,
	address VARCHAR(60) CHARACTER SET ascii NOT NULL,
	detail VARCHAR(200) NOT NULL DEFAULT '',
	count BIGINT NOT NULL DEFAULT 1,
	first_at DATETIME NOT NULL,
	last_at DATETIME NOT NULL,
	UNIQUE KEY stranger_serial (protocol, serial)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A tariff belongs to a provider, narrower to a station; piles take the nearest: pile, area, station.
CREATE TABLE tariff (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	station_id BIGINT NULL,
	name VARCHAR(60) NOT NULL,
	method VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'unified',
	rounding VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'half_up',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY tariff_name (provider_id, name, deleted),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Versions never change; a session keeps the one in force at its start.
CREATE TABLE tariff_version (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	tariff_id BIGINT NOT NULL,
	number INT NOT NULL,
	effective_at DATETIME NOT NULL,
	rounding VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'half_up' COMMENT 'the tariff''s when the version was made',
	summary VARCHAR(1000) NOT NULL,
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	UNIQUE KEY tariff_version_number (tariff_id, number),
	KEY tariff_version_effective (tariff_id, effective_at, id),
	FOREIGN KEY (tariff_id) REFERENCES tariff (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE tariff_slot (
	tariff_version_id BIGINT NOT NULL,
	start_minute INT NOT NULL,
	end_minute INT NOT NULL,
	type VARCHAR(8) CHARACTER SET ascii NOT NULL,
	energy_price DECIMAL(10,5) NOT NULL COMMENT 'yuan per kWh',
	service_price DECIMAL(10,5) NOT NULL COMMENT 'yuan per kWh',
	PRIMARY KEY (tariff_version_id, start_minute),
	FOREIGN KEY (tariff_version_id) REFERENCES tariff_version (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE station ADD FOREIGN KEY (tariff_id) REFERENCES tariff (id);
ALTER TABLE area ADD FOREIGN KEY (tariff_id) REFERENCES tariff (id);
ALTER TABLE pile ADD FOREIGN KEY (tariff_id) REFERENCES tariff (id);

-- A wish for a device, written with what caused it; the gateway sends it.
CREATE TABLE command (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pile_id BIGINT NOT NULL,
	connector_id BIGINT NULL,
	kind VARCHAR(20) CHARACTER SET ascii NOT NULL,
	session_id BIGINT NULL,
	task_id BIGINT NULL,
	payload TEXT NOT NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	result VARCHAR(200) NOT NULL DEFAULT '',
	tries INT NOT NULL DEFAULT 0,
	created_at DATETIME(3) NOT NULL, created_by BIGINT NULL,
	sent_at DATETIME(3) NULL,
	done_at DATETIME(3) NULL,
	expires_at DATETIME NOT NULL,
	KEY command_status (status, id),
	KEY command_pile (pile_id, id),
	KEY command_session (session_id),
	FOREIGN KEY (pile_id) REFERENCES pile (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE member (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no CHAR(9) CHARACTER SET ascii NOT NULL,
	provider_id BIGINT NOT NULL,
	station_id BIGINT NULL,
	name VARCHAR(40) NOT NULL DEFAULT '',
	nickname VARCHAR(40) NOT NULL DEFAULT '',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL,
	sex VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'unknown',
	plate VARCHAR(12) NOT NULL DEFAULT '',
	tariff_id BIGINT NULL COMMENT '用户权益: the tariff this member is billed by at the own station',
	certified BOOLEAN NOT NULL DEFAULT FALSE,
	source VARCHAR(10) CHARACTER SET ascii NOT NULL DEFAULT 'offline',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY member_no (no),
	UNIQUE KEY member_phone (phone, deleted),
	KEY member_owner (provider_id, station_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (station_id) REFERENCES station (id),
	FOREIGN KEY (tariff_id) REFERENCES tariff (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE card (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no CHAR(9) CHARACTER SET ascii NOT NULL,
	kind VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'electronic',
	member_id BIGINT NOT NULL,
	provider_id BIGINT NOT NULL,
	station_id BIGINT NULL COMMENT 'where it may be used; NULL: all stations of the provider',
	logical_no VARCHAR(20) CHARACTER SET ascii NULL,
	physical_no VARCHAR(20) CHARACTER SET ascii NULL,
	expires_at DATETIME NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY card_no (no),
	UNIQUE KEY card_logical (logical_no, deleted),
	UNIQUE KEY card_physical (physical_no, deleted),
	KEY card_member (member_id),
	KEY card_owner (provider_id, station_id),
	FOREIGN KEY (member_id) REFERENCES member (id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
