-- Programs for piles and where they fetch them (W12, D17). A file of ours is reached by its token alone.
CREATE TABLE firmware (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	protocol VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'ocpp16',
	model VARCHAR(60) NOT NULL COMMENT 'of piles it is for, as their field says',
	release_version VARCHAR(40) NOT NULL COMMENT 'as the pile says it at log-in',
	address VARCHAR(200) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'elsewhere: http(s):// or ftp://',
	user VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	sealed_password VARCHAR(400) CHARACTER SET ascii NULL,
	token CHAR(64) CHARACTER SET ascii NULL COMMENT 'name of the file here',
	file_name VARCHAR(120) NOT NULL DEFAULT '',
	size BIGINT NOT NULL DEFAULT 0,
	sha256 CHAR(64) CHARACTER SET ascii NOT NULL DEFAULT '',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY firmware_release (provider_id, protocol, model, release_version, deleted),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SIM cards in piles (W12).
CREATE TABLE sim_card (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	iccid VARCHAR(24) CHARACTER SET ascii NOT NULL,
	number VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	operator VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'mobile',
	plan VARCHAR(60) NOT NULL DEFAULT '',
	plan_traffic INT NULL COMMENT 'MB a month',
	used_traffic INT NULL COMMENT 'MB of this month, as the operator says',
	activated_on DATE NULL,
	expires_on DATE NULL,
	pile_id BIGINT NULL,
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'stock',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY sim_card_iccid (iccid, deleted),
	KEY sim_card_provider (provider_id, expires_on),
	KEY sim_card_expires (expires_on),
	KEY sim_card_pile (pile_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (pile_id) REFERENCES pile (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
