-- Settlement bills of agreements, properties, split parties and fleets (N6): made on their day, confirmed by who makes them, agreed to by the other side.

-- How often a provider bills whom. An agreement has a bill day of its own.
CREATE TABLE settlement_rule (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	kind VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'property party fleet',
	cycle VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'month',
	bill_day INT NOT NULL DEFAULT 1 COMMENT 'of the month 1-28, of the week 1-7 (Monday 1)',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY settlement_rule_once (provider_id, kind, deleted),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- provider_id makes it; the other side is one of partner_id, property_id, fleet_id, or nobody who logs in (platform, receiver).
-- Figures are written again as long as it is a draft, and never after.
CREATE TABLE settlement (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no VARCHAR(32) CHARACTER SET ascii NULL COMMENT 'given with the confirmation: no gaps',
	kind VARCHAR(12) CHARACTER SET ascii NOT NULL,
	provider_id BIGINT NOT NULL,
	direction VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'receivable payable, as who makes it sees it',
	subject VARCHAR(48) CHARACTER SET ascii NOT NULL COMMENT 'kind, kind of party, id: what is billed',
	name VARCHAR(80) NOT NULL COMMENT 'of the other side or the agreement, as it was called then',
	partner_id BIGINT NULL,
	property_id BIGINT NULL,
	fleet_id BIGINT NULL,
	agreement_id BIGINT NULL,
	party_kind VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT '',
	subject_id BIGINT NOT NULL,
	from_day DATE NOT NULL,
	to_day DATE NOT NULL,
	sessions BIGINT NOT NULL DEFAULT 0,
	bookings BIGINT NOT NULL DEFAULT 0,
	energy DECIMAL(16,4) NOT NULL DEFAULT 0,
	energy_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	service_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	turnover DECIMAL(18,5) NOT NULL DEFAULT 0 COMMENT 'amounts of its orders',
	refunds DECIMAL(18,5) NOT NULL DEFAULT 0,
	amount DECIMAL(18,5) NOT NULL DEFAULT 0 COMMENT 'what one side owes the other',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'draft',
	note VARCHAR(500) NOT NULL DEFAULT '',
	answer VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'what the other side said',
	confirmed_at DATETIME NULL, confirmed_by BIGINT NULL,
	agreed_at DATETIME NULL, agreed_by BIGINT NULL,
	settled_at DATETIME NULL, settled_by BIGINT NULL,
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	version INT NOT NULL DEFAULT 1,
	UNIQUE KEY settlement_no (no),
	UNIQUE KEY settlement_once (provider_id, subject, from_day),
	KEY settlement_state (state, confirmed_at),
	KEY settlement_provider (provider_id, id),
	KEY settlement_partner (partner_id, id),
	KEY settlement_property (property_id, id),
	KEY settlement_fleet (fleet_id, id),
	KEY settlement_agreement (agreement_id, from_day),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (partner_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id),
	FOREIGN KEY (fleet_id) REFERENCES fleet (id),
	FOREIGN KEY (agreement_id) REFERENCES agreement (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Numbers of both kinds of bills, each without gaps.
ALTER TABLE cycle_bill_number
	ADD COLUMN series CHAR(1) CHARACTER SET ascii NOT NULL DEFAULT 'B' FIRST,
	DROP PRIMARY KEY,
	ADD PRIMARY KEY (provider_id, month, series);
