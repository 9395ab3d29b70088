-- Parking: lots and what their gates and the charge providers beside them tell, the relief a charge earns, and our own push to others' lots (K9, K10, K12, H3).

CREATE TABLE parking_lot (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	property_id BIGINT NULL,
	code VARCHAR(24) CHARACTER SET ascii NULL COMMENT 'what peers call the lot; NULL only until the row has an id to take it from',
	name VARCHAR(80) NOT NULL,
	spaces INT NOT NULL DEFAULT 0,
	contact VARCHAR(40) NOT NULL DEFAULT '',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	address VARCHAR(200) NOT NULL DEFAULT '',
	occupancy_free INT NOT NULL DEFAULT 0 COMMENT 'minutes',
	occupancy_minutes INT NOT NULL DEFAULT 0 COMMENT 'begun ones count; 0: no fee',
	occupancy_price DECIMAL(18,5) NOT NULL DEFAULT 0 COMMENT 'yuan per occupancy_minutes',
	occupancy_cap DECIMAL(18,5) NULL COMMENT 'yuan a record; NULL: none',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY parking_lot_code (code, deleted),
	UNIQUE KEY parking_lot_name (provider_id, name, deleted),
	KEY parking_lot_property (property_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Who may speak to us about the lots of a provider: charge providers (charger) and gate software (gate).
-- sign_*: how both sides sign, for systems differ (camera_lock section 4).
CREATE TABLE parking_peer (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'charger',
	name VARCHAR(80) NOT NULL,
	app_id CHAR(16) CHARACTER SET ascii NULL COMMENT 'NULL only until the row has one',
	secret VARCHAR(300) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'sealed with the data key',
	sign_digest VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'hmac_sha256',
	sign_key VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT 'key' COMMENT 'name of the secret at the end; empty: the secret alone',
	sign_lower BOOLEAN NOT NULL DEFAULT FALSE,
	sign_empty BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'fields without a value are signed too',
	last_at DATETIME NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY parking_peer_app (app_id),
	UNIQUE KEY parking_peer_name (provider_id, name, deleted),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What a charge earns in a lot: minutes or yuan off; of the plans whose conditions hold the hardest one counts.
CREATE TABLE relief_plan (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parking_lot_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'minutes',
	minutes INT NOT NULL DEFAULT 0,
	amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	min_minutes INT NOT NULL DEFAULT 0 COMMENT 'of charging',
	min_energy DECIMAL(16,4) NOT NULL DEFAULT 0,
	from_day DATE NULL,
	to_day DATE NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY relief_plan_name (parking_lot_id, name, deleted),
	FOREIGN KEY (parking_lot_id) REFERENCES parking_lot (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A charge as its provider told it; order_no is the provider's.
CREATE TABLE charge_record (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parking_peer_id BIGINT NOT NULL,
	parking_lot_id BIGINT NOT NULL,
	order_no VARCHAR(40) CHARACTER SET ascii NOT NULL,
	plate VARCHAR(12) NOT NULL,
	started_at DATETIME NOT NULL,
	ended_at DATETIME NULL,
	energy DECIMAL(16,4) NOT NULL DEFAULT 0,
	amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	state VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'charging',
	received_at DATETIME NOT NULL,
	UNIQUE KEY charge_record_order (parking_peer_id, order_no),
	KEY charge_record_lot (parking_lot_id, started_at),
	KEY charge_record_started (started_at, id),
	KEY charge_record_plate (plate, started_at),
	FOREIGN KEY (parking_peer_id) REFERENCES parking_peer (id),
	FOREIGN KEY (parking_lot_id) REFERENCES parking_lot (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- One charge earns one relief; the plan's figures are copied, for plans change.
CREATE TABLE relief (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no VARCHAR(24) CHARACTER SET ascii NULL COMMENT 'DR + day + id',
	charge_record_id BIGINT NOT NULL,
	parking_lot_id BIGINT NOT NULL,
	relief_plan_id BIGINT NOT NULL,
	plate VARCHAR(12) NOT NULL,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
	minutes INT NOT NULL DEFAULT 0,
	amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	state VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'open',
	granted_at DATETIME NOT NULL,
	used_at DATETIME NULL,
	stay_no VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'the gate''s, of the stay it was used for',
	UNIQUE KEY relief_charge (charge_record_id),
	KEY relief_lot (parking_lot_id, plate, state),
	KEY relief_granted (granted_at, id),
	FOREIGN KEY (charge_record_id) REFERENCES charge_record (id),
	FOREIGN KEY (parking_lot_id) REFERENCES parking_lot (id),
	FOREIGN KEY (relief_plan_id) REFERENCES relief_plan (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- 占位记录: a charging bay that was held, as its charge provider told it, with the fee the gate may collect.
CREATE TABLE occupancy_record (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parking_peer_id BIGINT NOT NULL,
	parking_lot_id BIGINT NOT NULL,
	booking_no VARCHAR(40) CHARACTER SET ascii NOT NULL,
	plate VARCHAR(12) NOT NULL,
	entered_at DATETIME NOT NULL,
	left_at DATETIME NULL,
	minutes INT NOT NULL DEFAULT 0,
	fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'open',
	received_at DATETIME NOT NULL,
	paid_at DATETIME NULL,
	UNIQUE KEY occupancy_booking (parking_peer_id, booking_no),
	KEY occupancy_lot (parking_lot_id, entered_at),
	KEY occupancy_entered (entered_at, id),
	KEY occupancy_plate (plate, entered_at),
	FOREIGN KEY (parking_peer_id) REFERENCES parking_peer (id),
	FOREIGN KEY (parking_lot_id) REFERENCES parking_lot (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- 停车记录 and 缴费记录, as the gate's software told them.
CREATE TABLE parking_stay (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parking_lot_id BIGINT NOT NULL,
	stay_no VARCHAR(40) CHARACTER SET ascii NOT NULL,
	plate VARCHAR(12) NOT NULL,
	gate VARCHAR(40) NOT NULL DEFAULT '',
	exit_gate VARCHAR(40) NOT NULL DEFAULT '',
	entered_at DATETIME NOT NULL,
	left_at DATETIME NULL,
	received_at DATETIME NOT NULL,
	UNIQUE KEY parking_stay_no (parking_lot_id, stay_no),
	KEY parking_stay_lot (parking_lot_id, entered_at),
	KEY parking_stay_entered (entered_at, id),
	KEY parking_stay_plate (plate, entered_at),
	FOREIGN KEY (parking_lot_id) REFERENCES parking_lot (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE parking_payment (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parking_lot_id BIGINT NOT NULL,
	payment_no VARCHAR(40) CHARACTER SET ascii NOT NULL,
	stay_no VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	plate VARCHAR(12) NOT NULL,
	amount DECIMAL(18,5) NOT NULL,
	paid_at DATETIME NOT NULL,
	received_at DATETIME NOT NULL,
	UNIQUE KEY parking_payment_no (parking_lot_id, payment_no),
	KEY parking_payment_lot (parking_lot_id, paid_at),
	KEY parking_payment_paid (paid_at, id),
	KEY parking_payment_plate (plate, paid_at),
	FOREIGN KEY (parking_lot_id) REFERENCES parking_lot (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Our own charges told to a lot's system: the address, how to sign, and what to say.
CREATE TABLE parking_push (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	profile VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'record',
	url VARCHAR(400) NOT NULL,
	app_id VARCHAR(64) CHARACTER SET ascii NOT NULL DEFAULT '',
	secret VARCHAR(300) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'sealed with the data key',
	sign_digest VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'hmac_sha256',
	sign_key VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT 'key',
	sign_lower BOOLEAN NOT NULL DEFAULT FALSE,
	sign_empty BOOLEAN NOT NULL DEFAULT FALSE,
	relief_kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'minutes' COMMENT 'profile relief: what each charge earns',
	relief_minutes INT NOT NULL DEFAULT 0,
	relief_amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	success_code INT NOT NULL DEFAULT 10000,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY parking_push_name (provider_id, name, deleted),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Which station's charges go to which lot there; lot_code is the other side's.
CREATE TABLE parking_bind (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parking_push_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	lot_code VARCHAR(64) CHARACTER SET ascii NOT NULL,
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY parking_bind_station (station_id, deleted),
	KEY parking_bind_push (parking_push_id),
	FOREIGN KEY (parking_push_id) REFERENCES parking_push (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE delivery
	ADD COLUMN parking_push_id BIGINT NULL,
	ADD KEY delivery_parking_push (parking_push_id, id);
