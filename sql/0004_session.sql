-- A charge and its money: sessions, device records, bills (CDR), the ledger, daily reports.

CREATE TABLE session (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no CHAR(32) CHARACTER SET ascii NOT NULL COMMENT 'the serial on the wire: pile 14, connector 2, yymmddhhmmss, counter 4',
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'car',
	provider_id BIGINT NOT NULL, property_id BIGINT NOT NULL, station_id BIGINT NOT NULL, area_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL, connector_id BIGINT NOT NULL,
	member_id BIGINT NULL, member_provider_id BIGINT NULL, card_id BIGINT NULL,
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	plate VARCHAR(12) NOT NULL DEFAULT '',
	vin VARCHAR(17) CHARACTER SET ascii NOT NULL DEFAULT '',
	start_mode VARCHAR(8) CHARACTER SET ascii NOT NULL COMMENT 'app card vin offline',
	pay_kind VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'card wallet none',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'starting',
	anomaly VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'none',
	stop_reason VARCHAR(24) CHARACTER SET ascii NOT NULL DEFAULT '',
	device_reason INT NULL COMMENT 'code as the device sent it',
	limit_kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'full' COMMENT 'full amount energy time',
	limit_value BIGINT NOT NULL DEFAULT 0 COMMENT 'money 1e-5 yuan, energy 1e-4 kWh, or seconds',
	tariff_version_id BIGINT NULL,
	prepaid DECIMAL(18,5) NOT NULL DEFAULT 0,
	requested_at DATETIME NOT NULL,
	started_at DATETIME NULL,
	ended_at DATETIME NULL,
	settled_at DATETIME NULL,
	seen_at DATETIME NULL COMMENT 'last live report',
	seconds BIGINT NOT NULL DEFAULT 0,
	meter_start DECIMAL(16,4) NULL, meter_end DECIMAL(16,4) NULL,
	energy DECIMAL(16,4) NOT NULL DEFAULT 0,
	energy_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	service_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	occupancy_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	discount DECIMAL(18,5) NOT NULL DEFAULT 0,
	amount DECIMAL(18,5) NOT NULL DEFAULT 0 COMMENT 'what is paid; while charging the running fee',
	device_amount DECIMAL(18,5) NULL,
	refunded DECIMAL(18,5) NOT NULL DEFAULT 0,
	power DECIMAL(10,3) NULL, soc_start INT NULL, soc INT NULL,
	invoice_status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'none',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	version INT NOT NULL DEFAULT 1,
	UNIQUE KEY session_no (no),
	KEY session_requested (requested_at, id),
	KEY session_provider (provider_id, requested_at, id),
	KEY session_property (property_id, requested_at, id),
	KEY session_station (station_id, requested_at, id),
	KEY session_pile (pile_id, requested_at, id),
	KEY session_connector (connector_id, state),
	KEY session_member (member_id, requested_at, id),
	KEY session_card (card_id, requested_at, id),
	KEY session_phone (phone, requested_at),
	KEY session_state (state, requested_at, id),
	KEY session_report (ended_at, provider_id, member_provider_id, state, anomaly, energy, energy_fee, service_fee, amount),
	FOREIGN KEY (connector_id) REFERENCES connector (id),
	FOREIGN KEY (member_id) REFERENCES member (id),
	FOREIGN KEY (card_id) REFERENCES card (id),
	FOREIGN KEY (tariff_version_id) REFERENCES tariff_version (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- The curve, a point a minute; day partitions are made and dropped by jobs/purge.
CREATE TABLE session_sample (
	session_id BIGINT NOT NULL,
	at DATETIME NOT NULL,
	energy DECIMAL(16,4) NOT NULL,
	power DECIMAL(10,3) NULL, voltage DECIMAL(8,1) NULL, current DECIMAL(8,1) NULL,
	soc INT NULL, connector_temperature INT NULL, battery_temperature INT NULL,
	PRIMARY KEY (session_id, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
PARTITION BY RANGE COLUMNS (at) (PARTITION pmax VALUES LESS THAN (MAXVALUE));

CREATE TABLE session_event (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	session_id BIGINT NOT NULL,
	at DATETIME NOT NULL,
	kind VARCHAR(24) CHARACTER SET ascii NOT NULL,
	detail VARCHAR(500) NOT NULL DEFAULT '',
	actor VARCHAR(80) NOT NULL DEFAULT '',
	KEY session_event_session (session_id, id),
	FOREIGN KEY (session_id) REFERENCES session (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE session_anomaly (
	session_id BIGINT NOT NULL,
	rule CHAR(1) CHARACTER SET ascii NOT NULL,
	detail VARCHAR(300) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL,
	PRIMARY KEY (session_id, rule),
	FOREIGN KEY (session_id) REFERENCES session (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What a device sent as final record, byte for byte, once for each different content; kept even if nobody knows the session.
CREATE TABLE device_record (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	protocol VARCHAR(12) CHARACTER SET ascii NOT NULL,
	pile_serial VARCHAR(40) CHARACTER SET ascii NOT NULL,
	session_no VARCHAR(40) CHARACTER SET ascii NOT NULL,
	digest CHAR(64) CHARACTER SET ascii NOT NULL,
	body VARBINARY(2000) NOT NULL,
	outcome VARCHAR(16) CHARACTER SET ascii NOT NULL COMMENT 'settled duplicate conflict unknown invalid',
	times BIGINT NOT NULL DEFAULT 1,
	first_at DATETIME NOT NULL,
	last_at DATETIME NOT NULL,
	UNIQUE KEY device_record_once (protocol, session_no, digest),
	KEY device_record_outcome (outcome, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- The immutable bill. A correction adds a revision; the last one counts.
CREATE TABLE cdr (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	session_id BIGINT NOT NULL,
	revision INT NOT NULL DEFAULT 1,
	started_at DATETIME NOT NULL,
	ended_at DATETIME NOT NULL,
	energy DECIMAL(16,4) NOT NULL,
	energy_fee DECIMAL(18,5) NOT NULL,
	service_fee DECIMAL(18,5) NOT NULL,
	occupancy_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	discount DECIMAL(18,5) NOT NULL DEFAULT 0,
	rounding_fee DECIMAL(18,5) NOT NULL DEFAULT 0 COMMENT 'what rounding to fen added',
	amount DECIMAL(18,5) NOT NULL,
	inputs MEDIUMTEXT NOT NULL COMMENT 'JSON: tariff, usage, discounts: enough to rate again',
	reason VARCHAR(200) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	UNIQUE KEY cdr_revision (session_id, revision),
	KEY cdr_created (created_at),
	FOREIGN KEY (session_id) REFERENCES session (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE cdr_line (
	cdr_id BIGINT NOT NULL,
	position INT NOT NULL,
	kind VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'energy rounding discount occupancy',
	type VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT '',
	from_at DATETIME NULL, to_at DATETIME NULL,
	energy DECIMAL(16,4) NOT NULL DEFAULT 0,
	energy_price DECIMAL(10,5) NOT NULL DEFAULT 0,
	service_price DECIMAL(10,5) NOT NULL DEFAULT 0,
	energy_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	service_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	amount DECIMAL(18,5) NOT NULL,
	PRIMARY KEY (cdr_id, position),
	FOREIGN KEY (cdr_id) REFERENCES cdr (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Double entry. A balance is the sum of its postings; the column is kept beside it and proved every night.
CREATE TABLE account (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	owner_kind VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'member card provider platform',
	owner_id BIGINT NOT NULL,
	kind VARCHAR(16) CHARACTER SET ascii NOT NULL COMMENT 'lib/charge/tbl/account_kind.h',
	balance DECIMAL(18,5) NOT NULL DEFAULT 0,
	created_at DATETIME NOT NULL,
	UNIQUE KEY account_owner (owner_kind, owner_id, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE journal (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind VARCHAR(20) CHARACTER SET ascii NOT NULL COMMENT 'lib/charge/tbl/journal_kind.h',
	dedupe_key VARCHAR(80) CHARACTER SET ascii NOT NULL COMMENT 'what caused it, once: hold:<session no>, recharge:<form token>',
	provider_id BIGINT NULL,
	member_id BIGINT NULL,
	card_id BIGINT NULL,
	session_id BIGINT NULL,
	note VARCHAR(200) NOT NULL DEFAULT '',
	at DATETIME NOT NULL,
	created_by BIGINT NULL,
	UNIQUE KEY journal_once (dedupe_key),
	KEY journal_session (session_id),
	KEY journal_at (at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE posting (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	journal_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	amount DECIMAL(18,5) NOT NULL,
	balance_after DECIMAL(18,5) NOT NULL,
	KEY posting_journal (journal_id),
	KEY posting_account (account_id, id),
	FOREIGN KEY (journal_id) REFERENCES journal (id),
	FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What a person reads as 流水: one row a movement of a member's or a card's money, cash and gift apart (M12).
CREATE TABLE statement (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	journal_id BIGINT NOT NULL,
	owner_kind VARCHAR(12) CHARACTER SET ascii NOT NULL,
	owner_id BIGINT NOT NULL,
	provider_id BIGINT NOT NULL,
	station_id BIGINT NULL,
	member_id BIGINT NOT NULL,
	card_id BIGINT NULL,
	session_id BIGINT NULL,
	kind VARCHAR(20) CHARACTER SET ascii NOT NULL,
	cash DECIMAL(18,5) NOT NULL COMMENT 'change, negative is spent',
	gift DECIMAL(18,5) NOT NULL,
	cash_balance DECIMAL(18,5) NOT NULL,
	gift_balance DECIMAL(18,5) NOT NULL,
	operator VARCHAR(60) NOT NULL DEFAULT '',
	note VARCHAR(200) NOT NULL DEFAULT '',
	at DATETIME NOT NULL,
	UNIQUE KEY statement_once (journal_id, owner_kind, owner_id),
	KEY statement_owner (owner_kind, owner_id, id),
	KEY statement_member (member_id, at),
	KEY statement_provider (provider_id, at, id),
	KEY statement_station (station_id, at, id),
	FOREIGN KEY (journal_id) REFERENCES journal (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Sessions of one provider's members at another's stations, a row a day, direction and pair (I6).
CREATE TABLE daily_report (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	day DATE NOT NULL,
	direction VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'receivable payable',
	provider_id BIGINT NOT NULL,
	partner_id BIGINT NOT NULL,
	sessions BIGINT NOT NULL,
	energy DECIMAL(16,4) NOT NULL,
	energy_fee DECIMAL(18,5) NOT NULL,
	service_fee DECIMAL(18,5) NOT NULL,
	amount DECIMAL(18,5) NOT NULL,
	confirm_status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	bill_status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'none',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	version INT NOT NULL DEFAULT 1,
	UNIQUE KEY daily_report_once (day, direction, provider_id, partner_id),
	KEY daily_report_provider (provider_id, day),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (partner_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
