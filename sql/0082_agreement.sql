-- Agreements between partners: what a charge, an operation, a park is worth to whom (I2 to I5).

-- owner_id: whose stations; partner_id: whose members. kind charge: the owner is paid agreed prices; split: the partner
-- earns by its members' charges and bookings; parking: the partner pays by charge-park.
CREATE TABLE agreement (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no VARCHAR(24) CHARACTER SET ascii NULL COMMENT 'XY + day + id; NULL only until the row has an id',
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
	name VARCHAR(80) NOT NULL,
	owner_id BIGINT NOT NULL,
	partner_id BIGINT NOT NULL,
	proposed_by BIGINT NOT NULL COMMENT 'one of both',
	from_day DATE NOT NULL,
	to_day DATE NOT NULL,
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'proposed',
	all_stations BOOLEAN NOT NULL DEFAULT FALSE,
	version_id BIGINT NULL COMMENT 'agreed last; of a proposal the proposed one',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	KEY agreement_pair (kind, owner_id, partner_id, state),
	FOREIGN KEY (owner_id) REFERENCES provider (id),
	FOREIGN KEY (partner_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE agreement_station (
	agreement_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	PRIMARY KEY (agreement_id, station_id),
	KEY agreement_station_station (station_id),
	FOREIGN KEY (agreement_id) REFERENCES agreement (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Terms never change: an adjustment is another version from a day on. Prices NULL: the station's own at the discounts.
CREATE TABLE agreement_version (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	agreement_id BIGINT NOT NULL,
	number INT NOT NULL,
	from_day DATE NOT NULL,
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'proposed' COMMENT 'proposed agreed rejected',
	proposed_by BIGINT NOT NULL,
	energy_price DECIMAL(10,5) NULL COMMENT 'charge: yuan per kWh to the owner',
	service_price DECIMAL(10,5) NULL,
	percent_sharp INT NOT NULL DEFAULT 10000 COMMENT '10000: whole price',
	percent_peak INT NOT NULL DEFAULT 10000,
	percent_flat INT NOT NULL DEFAULT 10000,
	percent_valley INT NOT NULL DEFAULT 10000,
	member_tariff_id BIGINT NULL COMMENT 'charge: what the partner has its members pay; NULL: the station''s price',
	energy_rate DECIMAL(10,5) NOT NULL DEFAULT 0 COMMENT 'split: yuan per kWh',
	service_rate DECIMAL(10,5) NOT NULL DEFAULT 0,
	booking_rate DECIMAL(10,5) NOT NULL DEFAULT 0 COMMENT 'split: yuan per booking',
	parking_rate DECIMAL(10,5) NOT NULL DEFAULT 0 COMMENT 'parking: yuan per charge-park',
	bill_day INT NOT NULL DEFAULT 1 COMMENT 'split, parking: of the month, for the month before',
	answer VARCHAR(200) NOT NULL DEFAULT '',
	answered_at DATETIME NULL, answered_by BIGINT NULL,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	UNIQUE KEY agreement_version_number (agreement_id, number),
	FOREIGN KEY (agreement_id) REFERENCES agreement (id),
	FOREIGN KEY (member_tariff_id) REFERENCES tariff (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- From its end on, and while it is paused, nothing counts.
CREATE TABLE agreement_pause (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	agreement_id BIGINT NOT NULL,
	from_at DATETIME NOT NULL,
	to_at DATETIME NULL,
	KEY agreement_pause_agreement (agreement_id, from_at),
	FOREIGN KEY (agreement_id) REFERENCES agreement (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Each side sees an agreement by a row of its own.
CREATE TABLE agreement_side (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	agreement_id BIGINT NOT NULL,
	provider_id BIGINT NOT NULL,
	side VARCHAR(8) CHARACTER SET ascii NOT NULL COMMENT 'owner partner',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	version INT NOT NULL DEFAULT 1,
	UNIQUE KEY agreement_side_once (agreement_id, side),
	KEY agreement_side_provider (provider_id, id),
	FOREIGN KEY (agreement_id) REFERENCES agreement (id),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- The terms a session of a partner's member was begun under, and what its station's owner is paid (NULL: what the member
-- paid). Kept with the session, so a day's report adds up what is there.
CREATE TABLE session_share (
	session_id BIGINT NOT NULL PRIMARY KEY,
	agreement_version_id BIGINT NOT NULL,
	energy_fee DECIMAL(18,5) NULL,
	service_fee DECIMAL(18,5) NULL,
	amount DECIMAL(18,5) NULL,
	FOREIGN KEY (session_id) REFERENCES session (id),
	FOREIGN KEY (agreement_version_id) REFERENCES agreement_version (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What a month of a split or a parking agreement comes to, one row a side.
CREATE TABLE agreement_due (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	agreement_id BIGINT NOT NULL,
	provider_id BIGINT NOT NULL,
	partner_id BIGINT NOT NULL,
	direction VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'receivable payable',
	from_day DATE NOT NULL,
	to_day DATE NOT NULL,
	sessions BIGINT NOT NULL,
	energy DECIMAL(16,4) NOT NULL,
	bookings BIGINT NOT NULL,
	amount DECIMAL(18,5) NOT NULL,
	created_at DATETIME NOT NULL,
	UNIQUE KEY agreement_due_once (agreement_id, from_day, direction),
	KEY agreement_due_provider (provider_id, from_day),
	FOREIGN KEY (agreement_id) REFERENCES agreement (id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (partner_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
