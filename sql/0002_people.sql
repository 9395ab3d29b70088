-- Who works here and who charges: tenants, users, roles, log-ins, members.

CREATE TABLE provider (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parent_id BIGINT NULL,
	kind VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'provider',
	name VARCHAR(80) NOT NULL,
	contact VARCHAR(40) NOT NULL DEFAULT '',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL,
	email VARCHAR(100) NOT NULL DEFAULT '',
	service_phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	audit_status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	audit_note VARCHAR(200) NOT NULL DEFAULT '',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY provider_phone (phone, deleted),
	UNIQUE KEY provider_name (name, deleted),
	FOREIGN KEY (parent_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE property (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	contact VARCHAR(40) NOT NULL DEFAULT '',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL,
	email VARCHAR(100) NOT NULL DEFAULT '',
	province VARCHAR(40) NOT NULL DEFAULT '',
	city VARCHAR(40) NOT NULL DEFAULT '',
	address VARCHAR(200) NOT NULL DEFAULT '',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY property_phone (phone, deleted),
	KEY property_provider (provider_id, name),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- kind says how far a user may ever see: system, provider, property (fleet comes with fleets).
CREATE TABLE user (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind VARCHAR(12) CHARACTER SET ascii NOT NULL,
	provider_id BIGINT NULL,
	property_id BIGINT NULL,
	login VARCHAR(60) NOT NULL,
	name VARCHAR(40) NOT NULL,
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	email VARCHAR(100) NOT NULL DEFAULT '',
	password_hash VARCHAR(128) CHARACTER SET ascii NOT NULL DEFAULT '',
	payment_hash VARCHAR(128) CHARACTER SET ascii NOT NULL DEFAULT '',
	must_change BOOLEAN NOT NULL DEFAULT TRUE,
	payment_must_change BOOLEAN NOT NULL DEFAULT TRUE,
	last_login_at DATETIME NULL,
	lang VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'zh-CN',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY user_login (login, deleted),
	KEY user_provider (provider_id, property_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- data_scope: tenant (all of the user's own tenant) or stations (only the bound ones).
CREATE TABLE role (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parent_id BIGINT NULL,
	kind VARCHAR(12) CHARACTER SET ascii NOT NULL,
	provider_id BIGINT NULL,
	property_id BIGINT NULL,
	name VARCHAR(60) NOT NULL,
	data_scope VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'tenant',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY role_name (name, provider_id, property_id, deleted),
	FOREIGN KEY (parent_id) REFERENCES role (id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE role_permission (
	role_id BIGINT NOT NULL,
	permission VARCHAR(60) CHARACTER SET ascii NOT NULL,
	PRIMARY KEY (role_id, permission),
	FOREIGN KEY (role_id) REFERENCES role (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE user_role (
	user_id BIGINT NOT NULL,
	role_id BIGINT NOT NULL,
	PRIMARY KEY (user_id, role_id),
	KEY user_role_role (role_id),
	FOREIGN KEY (user_id) REFERENCES user (id),
	FOREIGN KEY (role_id) REFERENCES role (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE user_preference (
	user_id BIGINT NOT NULL,
	name VARCHAR(80) CHARACTER SET ascii NOT NULL,
	value VARCHAR(2000) NOT NULL,
	PRIMARY KEY (user_id, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A login session of a user or a member; the cookie holds the token, the table its SHA-256.
CREATE TABLE login (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	token_hash CHAR(64) CHARACTER SET ascii NOT NULL,
	user_id BIGINT NULL,
	member_id BIGINT NULL,
	csrf CHAR(32) CHARACTER SET ascii NOT NULL,
	ip VARCHAR(45) CHARACTER SET ascii NOT NULL,
	agent VARCHAR(200) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL,
	seen_at DATETIME NOT NULL,
	expires_at DATETIME NOT NULL,
	UNIQUE KEY login_token (token_hash),
	KEY login_user (user_id),
	KEY login_member (member_id),
	KEY login_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE captcha (
	id CHAR(32) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	answer VARCHAR(8) CHARACTER SET ascii NOT NULL,
	expires_at DATETIME NOT NULL,
	KEY captcha_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Counters against guessing: key is e.g. login:<account>, ip:<address>, sms:<phone>.
CREATE TABLE throttle (
	name VARCHAR(120) NOT NULL PRIMARY KEY,
	count INT NOT NULL,
	window_ends_at DATETIME NOT NULL,
	KEY throttle_ends (window_ends_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE api_key (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	prefix CHAR(8) CHARACTER SET ascii NOT NULL,
	key_hash CHAR(64) CHARACTER SET ascii NOT NULL,
	permissions TEXT CHARACTER SET ascii NOT NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	expires_at DATETIME NULL,
	last_used_at DATETIME NULL,
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY api_key_hash (key_hash),
	FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE sms_code (
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	code_hash CHAR(64) CHARACTER SET ascii NOT NULL,
	tries INT NOT NULL DEFAULT 0,
	sent_at DATETIME NOT NULL,
	expires_at DATETIME NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
