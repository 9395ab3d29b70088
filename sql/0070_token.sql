-- Charge cards (充电卡, M23): what a reader reads or a car tells, and the member it stands for.

-- A card that was taken back keeps its row and may be bound anew; its number never changes.
CREATE TABLE token (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'verify' COMMENT 'verify stored vin',
	no VARCHAR(20) CHARACTER SET ascii NOT NULL COMMENT 'number of the chip, or VIN',
	chip VARCHAR(20) CHARACTER SET ascii GENERATED ALWAYS AS (TRIM(LEADING '0' FROM no)) STORED COMMENT 'readers pad with zeros',
	provider_id BIGINT NOT NULL,
	member_id BIGINT NULL,
	bound_at DATETIME NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY token_chip (chip, deleted),
	KEY token_no (no),
	KEY token_member (member_id, status),
	KEY token_provider (provider_id, id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (member_id) REFERENCES member (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE session
	ADD COLUMN token_id BIGINT NULL COMMENT 'the charge card it began with' AFTER card_id,
	ADD KEY session_token (token_id, requested_at);
