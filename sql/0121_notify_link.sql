-- How messages reach people beside mail: an SMS gateway's account, a robot of a WeChat group (T1).

CREATE TABLE notify_link (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NULL COMMENT 'null: the platform''s',
	kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
	name VARCHAR(60) NOT NULL,
	url VARCHAR(200) NOT NULL,
	account VARCHAR(64) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'AccessKeyId',
	secret VARCHAR(500) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'sealed',
	sign_name VARCHAR(40) NOT NULL DEFAULT '',
	alarm_template VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	code_template VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'disabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	KEY notify_link_provider (provider_id, kind, status),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE alarm_strategy
	ADD COLUMN notify_link_id BIGINT NULL COMMENT 'the robot that is told',
	MODIFY recipients VARCHAR(1000) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'phones and mail addresses by comma';
ALTER TABLE alarm_strategy ADD FOREIGN KEY (notify_link_id) REFERENCES notify_link (id);

ALTER TABLE delivery
	ADD COLUMN notify_link_id BIGINT NULL,
	ADD KEY delivery_notify_link (notify_link_id, id);
