-- Departments and posts of the platform, of providers and of properties (G9, G10); bank accounts and their certification (G13).

-- provider_id NULL: the platform's own. Each approved provider and each property has one department without parent, made for it.
CREATE TABLE department (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NULL,
	property_id BIGINT NULL,
	parent_id BIGINT NULL,
	name VARCHAR(80) NOT NULL,
	position INT NOT NULL DEFAULT 0,
	leader VARCHAR(40) NOT NULL DEFAULT '',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	email VARCHAR(100) NOT NULL DEFAULT '',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY department_name (parent_id, name, deleted),
	KEY department_owner (provider_id, property_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id),
	FOREIGN KEY (parent_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE post (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	department_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	position INT NOT NULL DEFAULT 0,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY post_name (department_id, name, deleted),
	FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO department (provider_id, name, leader, phone, email, created_at, updated_at)
	SELECT id, name, contact, phone, email, created_at, updated_at FROM provider WHERE audit_status = 'approved' AND deleted = 0;
INSERT INTO department (provider_id, property_id, name, leader, phone, email, created_at, updated_at)
	SELECT provider_id, id, name, contact, phone, email, created_at, updated_at FROM property WHERE deleted = 0;

ALTER TABLE user ADD COLUMN department_id BIGINT NULL, ADD COLUMN post_id BIGINT NULL,
	ADD FOREIGN KEY (department_id) REFERENCES department (id), ADD FOREIGN KEY (post_id) REFERENCES post (id);

-- sealed: holder and number, opened only for the person who pays; amount_sealed: what is paid, known to that person and the bank.
CREATE TABLE bank_account (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	bank VARCHAR(80) NOT NULL,
	holder_mask VARCHAR(100) NOT NULL DEFAULT '',
	number_mask VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	sealed VARCHAR(1000) CHARACTER SET ascii NOT NULL DEFAULT '',
	amount_sealed VARCHAR(200) CHARACTER SET ascii NOT NULL DEFAULT '',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	pay_by DATETIME NULL,
	paid_at DATETIME NULL,
	transfer_no VARCHAR(60) CHARACTER SET ascii NOT NULL DEFAULT '',
	answer_by DATETIME NULL,
	tries INT NOT NULL DEFAULT 0,
	certified_at DATETIME NULL,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	KEY bank_account_provider (provider_id, state),
	KEY bank_account_answer (state, answer_by),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
