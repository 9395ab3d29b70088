-- How a pile starts: one of three ways, never two. online: by phone and by cards that the back office knows; plug: by itself when plugged in;
-- offline_card: by cards that carry money.
ALTER TABLE pile
	ADD COLUMN charge_mode VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'online';

-- Cards of the devices themselves. manage: writes its segment and rate into a device; auth: asks the back office; wallet: pays offline at the
-- rate of the manage card with the same first six digits.
CREATE TABLE device_card (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
	number VARCHAR(16) CHARACTER SET ascii NOT NULL,
	segment VARCHAR(6) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'its first six digits',
	price DECIMAL(12,5) NULL COMMENT 'yuan a kWh, of manage cards',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY device_card_number (provider_id, number, deleted),
	KEY device_card_segment (provider_id, segment),
	KEY device_card_no (number),
	KEY device_card_made (created_at),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
