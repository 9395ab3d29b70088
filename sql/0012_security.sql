-- Second factor, its recovery codes, roles that demand it or bind to addresses, old passwords.

-- totp_secret is sealed with the data key; totp_step is the last step whose code was used, so that none is used twice.
ALTER TABLE user
	ADD COLUMN totp_secret VARCHAR(200) CHARACTER SET ascii NOT NULL DEFAULT '',
	ADD COLUMN totp_at DATETIME NULL,
	ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;

-- addresses: networks parted by blanks, empty for anywhere.
ALTER TABLE role
	ADD COLUMN second_factor BOOLEAN NOT NULL DEFAULT FALSE,
	ADD COLUMN addresses VARCHAR(1000) CHARACTER SET ascii NOT NULL DEFAULT '';

CREATE TABLE recovery_code (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT NOT NULL,
	code_hash CHAR(64) CHARACTER SET ascii NOT NULL,
	used_at DATETIME NULL,
	created_at DATETIME NOT NULL,
	UNIQUE KEY recovery_code_user (user_id, code_hash),
	FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE password_history (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT NOT NULL,
	password_hash VARCHAR(128) CHARACTER SET ascii NOT NULL,
	created_at DATETIME NOT NULL,
	KEY password_history_user (user_id, id),
	FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
