-- Who exchanges drivers with whom, and the bills between them (I1, I7, I8).

-- provider_id asked, partner_id answers. The cycle and the day of the bill are agreed once and stay.
CREATE TABLE partner (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	partner_id BIGINT NOT NULL,
	provider_name VARCHAR(80) NOT NULL DEFAULT '' COMMENT 'as both were called then',
	partner_name VARCHAR(80) NOT NULL DEFAULT '',
	low_id BIGINT GENERATED ALWAYS AS (LEAST(provider_id, partner_id)) STORED COMMENT 'a pair stands once, whoever asked',
	high_id BIGINT GENERATED ALWAYS AS (GREATEST(provider_id, partner_id)) STORED,
	cycle VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'month',
	bill_day INT NOT NULL DEFAULT 1 COMMENT 'of the month 1-28, of the week 1-7 (Monday 1)',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	answer VARCHAR(200) NOT NULL DEFAULT '',
	answered_at DATETIME NULL, answered_by BIGINT NULL,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY partner_pair (low_id, high_id, deleted),
	KEY partner_provider (provider_id),
	KEY partner_partner (partner_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (partner_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- provider_id receives, partner_id pays. Figures are the sums of its days, kept when it is confirmed.
CREATE TABLE cycle_bill (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no VARCHAR(32) CHARACTER SET ascii NULL COMMENT 'given with the confirmation: no gaps',
	provider_id BIGINT NOT NULL,
	partner_id BIGINT NOT NULL,
	from_day DATE NULL COMMENT 'of its days',
	to_day DATE NULL,
	days INT NOT NULL DEFAULT 0,
	sessions BIGINT NOT NULL DEFAULT 0,
	energy DECIMAL(16,4) NOT NULL DEFAULT 0,
	energy_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	service_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'draft',
	settle_way VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'bank',
	confirmed_at DATETIME NULL, confirmed_by BIGINT NULL,
	agreed_at DATETIME NULL, agreed_by BIGINT NULL,
	settled_at DATETIME NULL, settled_by BIGINT NULL,
	note VARCHAR(500) NOT NULL DEFAULT '',
	answer VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'what the paying side said',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY cycle_bill_no (no),
	KEY cycle_bill_provider (provider_id, partner_id, state),
	KEY cycle_bill_partner (partner_id, id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (partner_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A day stands in one bill at most; both sides' rows of the day name it.
ALTER TABLE daily_report ADD COLUMN bill_id BIGINT NULL,
	ADD KEY daily_report_bill (bill_id, direction),
	ADD KEY daily_report_open (bill_status, confirm_status, provider_id),
	ADD FOREIGN KEY (bill_id) REFERENCES cycle_bill (id);

CREATE TABLE cycle_bill_number (
	provider_id BIGINT NOT NULL,
	month CHAR(6) CHARACTER SET ascii NOT NULL,
	last INT NOT NULL,
	PRIMARY KEY (provider_id, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What a provider keeps at a partner instead of having it paid out (转预存).
CREATE TABLE partner_wallet (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL COMMENT 'whose money it is',
	partner_id BIGINT NOT NULL COMMENT 'who holds it',
	created_at DATETIME NOT NULL,
	UNIQUE KEY partner_wallet_pair (provider_id, partner_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (partner_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
