-- Invoices: who sells at a station, what drivers ask for, and what the tax service gave (S11, F8, F9, F10).

-- A station without a row cannot be invoiced (S11).
CREATE TABLE invoice_seller (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	station_id BIGINT NOT NULL,
	merchant_no VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	company VARCHAR(100) NOT NULL,
	tax_no VARCHAR(20) CHARACTER SET ascii NOT NULL,
	address VARCHAR(200) NOT NULL DEFAULT '',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	bank VARCHAR(100) NOT NULL DEFAULT '',
	bank_no VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	drawer VARCHAR(20) NOT NULL,
	payee VARCHAR(20) NOT NULL DEFAULT '',
	reviewer VARCHAR(20) NOT NULL DEFAULT '',
	energy_rate DECIMAL(5,2) NOT NULL DEFAULT 13 COMMENT 'percent',
	energy_code VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '1100101020000000000',
	service_rate DECIMAL(5,2) NOT NULL DEFAULT 6 COMMENT 'percent',
	service_code VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '3040802000000000000',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY invoice_seller_station (station_id, deleted),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- The tax service of a provider; without one, or while it is disabled, invoices are made by hand.
CREATE TABLE tax_link (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	url VARCHAR(400) NOT NULL,
	app_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
	secret VARCHAR(300) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'sealed with the data key',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY tax_link_provider (provider_id, deleted),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- seller and rates are copied when it is asked for: a seller that changes changes no invoice.
CREATE TABLE invoice (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no VARCHAR(24) CHARACTER SET ascii NULL COMMENT 'IV + day + id',
	provider_id BIGINT NOT NULL,
	property_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	medium VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'electronic',
	title VARCHAR(100) NOT NULL,
	tax_no VARCHAR(20) CHARACTER SET ascii NOT NULL,
	email VARCHAR(100) NOT NULL,
	seller TEXT NOT NULL COMMENT 'JSON: company, tax_no, address, ... of that time',
	sessions INT NOT NULL,
	energy DECIMAL(16,4) NOT NULL,
	energy_amount DECIMAL(18,5) NOT NULL COMMENT 'with tax',
	energy_rate DECIMAL(5,2) NOT NULL,
	energy_tax DECIMAL(18,5) NOT NULL,
	service_amount DECIMAL(18,5) NOT NULL COMMENT 'with tax',
	service_rate DECIMAL(5,2) NOT NULL,
	service_tax DECIMAL(18,5) NOT NULL,
	amount DECIMAL(18,5) NOT NULL,
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	tries INT NOT NULL DEFAULT 0 COMMENT 'times it was sent to the tax service: each is a serial of its own there',
	invoice_code VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	invoice_no VARCHAR(24) CHARACTER SET ascii NOT NULL DEFAULT '',
	problem VARCHAR(300) NOT NULL DEFAULT '',
	reason VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'why it was cancelled, refused or voided',
	applied_at DATETIME NOT NULL,
	issued_at DATETIME NULL,
	mailed_at DATETIME NULL,
	created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	version INT NOT NULL DEFAULT 1,
	UNIQUE KEY invoice_number (no),
	KEY invoice_applied (applied_at, id),
	KEY invoice_provider (provider_id, applied_at, id),
	KEY invoice_state (state, applied_at, id),
	KEY invoice_member (member_id, id),
	FOREIGN KEY (station_id) REFERENCES station (id),
	FOREIGN KEY (member_id) REFERENCES member (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- An order stands on one living invoice at most: `released` is 0 while it lives, then the invoice's id.
CREATE TABLE invoice_session (
	invoice_id BIGINT NOT NULL,
	session_id BIGINT NOT NULL,
	released BIGINT NOT NULL DEFAULT 0,
	energy DECIMAL(16,4) NOT NULL,
	energy_amount DECIMAL(18,5) NOT NULL,
	service_amount DECIMAL(18,5) NOT NULL,
	PRIMARY KEY (invoice_id, session_id),
	UNIQUE KEY invoice_session_once (session_id, released),
	FOREIGN KEY (invoice_id) REFERENCES invoice (id),
	FOREIGN KEY (session_id) REFERENCES session (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What goes with a mail: "invoice/12" is that invoice's PDF.
ALTER TABLE delivery
	ADD COLUMN attachment VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '';
