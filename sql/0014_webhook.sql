-- Subscriptions of providers to events, their deliveries; e-mail addresses that were proved by a link.

CREATE TABLE webhook (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	url VARCHAR(400) NOT NULL,
	secret VARCHAR(300) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'sealed with the data key',
	session_started BOOLEAN NOT NULL DEFAULT FALSE,
	session_settled BOOLEAN NOT NULL DEFAULT FALSE,
	payment_made BOOLEAN NOT NULL DEFAULT FALSE,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	last_at DATETIME NULL,
	last_result VARCHAR(500) NOT NULL DEFAULT '',
	dead_in_row INT NOT NULL DEFAULT 0,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	KEY webhook_provider (provider_id, status, deleted),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- headers: what went with the last try. The keys are the courier's lanes and the lists of a provider and of a subscription.
ALTER TABLE delivery
	ADD COLUMN provider_id BIGINT NULL,
	ADD COLUMN webhook_id BIGINT NULL,
	ADD COLUMN http_status INT NULL,
	ADD COLUMN headers VARCHAR(1000) NOT NULL DEFAULT '',
	ADD KEY delivery_lane (kind, status, next_at, id),
	ADD KEY delivery_provider (provider_id, id),
	ADD KEY delivery_webhook (webhook_id, id);

-- email_proved is the address the link went to: a changed address is unproved by itself, whoever changed it.
ALTER TABLE user
	ADD COLUMN email_proved VARCHAR(100) NOT NULL DEFAULT '' AFTER email,
	ADD COLUMN email_proved_at DATETIME NULL AFTER email_proved,
	ADD COLUMN email_verified_at DATETIME GENERATED ALWAYS AS (IF(email <> '' AND email = email_proved, email_proved_at, NULL)) VIRTUAL AFTER email_proved_at;

CREATE TABLE email_token (
	token_hash CHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	user_id BIGINT NOT NULL,
	email VARCHAR(100) NOT NULL,
	created_at DATETIME NOT NULL,
	expires_at DATETIME NOT NULL,
	KEY email_token_user (user_id),
	KEY email_token_expires (expires_at),
	FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
