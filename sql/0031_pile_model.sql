-- The catalogue of brands and models: what each can do and the connectors it comes with. Kept by the operator of the platform, read by all.

CREATE TABLE pile_model (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	brand VARCHAR(40) NOT NULL,
	name VARCHAR(60) NOT NULL,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'car',
	protocol VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'ykc',
	current_type VARCHAR(4) CHARACTER SET ascii NOT NULL DEFAULT 'dc',
	connector_type VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'gbt_dc',
	connector_count INT NOT NULL DEFAULT 1,
	other_type VARCHAR(16) CHARACTER SET ascii NULL COMMENT 'of the connectors after those',
	other_count INT NOT NULL DEFAULT 0,
	connector_names VARCHAR(400) NOT NULL DEFAULT '' COMMENT 'in their order, by commas',
	rated_power DECIMAL(12,2) NULL COMMENT 'kW',
	rated_voltage DECIMAL(12,2) NULL COMMENT 'V',
	rated_current DECIMAL(12,2) NULL COMMENT 'A',
	mainboard VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'its firmware images are named by it',
	screen_model VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	can_tou BOOLEAN NOT NULL DEFAULT TRUE,
	can_booking BOOLEAN NOT NULL DEFAULT TRUE,
	can_occupancy BOOLEAN NOT NULL DEFAULT TRUE,
	can_reboot BOOLEAN NOT NULL DEFAULT TRUE,
	can_sync_time BOOLEAN NOT NULL DEFAULT TRUE,
	can_screen_qr BOOLEAN NOT NULL DEFAULT TRUE,
	can_limit_time BOOLEAN NOT NULL DEFAULT TRUE,
	can_limit_energy BOOLEAN NOT NULL DEFAULT TRUE,
	can_limit_amount BOOLEAN NOT NULL DEFAULT TRUE,
	can_ground_lock BOOLEAN NOT NULL DEFAULT TRUE,
	can_white_list BOOLEAN NOT NULL DEFAULT TRUE,
	can_firmware BOOLEAN NOT NULL DEFAULT TRUE,
	can_set_work BOOLEAN NOT NULL DEFAULT TRUE,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY pile_model_name (brand, name, deleted),
	KEY pile_model_made (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Papers of the asset; losses are recorded and no bill knows them. commissioned: new ones are out of operation until their link was seen.
-- use_scope: public is searched and scanned, reserved and own are scanned by the people of pile_user.
ALTER TABLE pile
	ADD COLUMN model_id BIGINT NULL AFTER model,
	ADD COLUMN asset_owner VARCHAR(80) NOT NULL DEFAULT '',
	ADD COLUMN asset_no VARCHAR(40) NOT NULL DEFAULT '',
	ADD COLUMN factory_no VARCHAR(40) NOT NULL DEFAULT '',
	ADD COLUMN reader_no VARCHAR(40) NOT NULL DEFAULT '',
	ADD COLUMN sn VARCHAR(40) NOT NULL DEFAULT '',
	ADD COLUMN supply_line VARCHAR(80) NOT NULL DEFAULT '',
	ADD COLUMN sim_iccid VARCHAR(24) CHARACTER SET ascii NOT NULL DEFAULT '',
	ADD COLUMN device_loss DECIMAL(5,2) NULL COMMENT 'percent',
	ADD COLUMN line_loss DECIMAL(5,2) NULL COMMENT 'percent',
	ADD COLUMN use_scope VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'public',
	ADD COLUMN commissioned BOOLEAN NOT NULL DEFAULT TRUE,
	ADD COLUMN commissioned_at DATETIME NULL,
	ADD FOREIGN KEY (model_id) REFERENCES pile_model (id);

-- Who may charge at a reserved or private pile.
CREATE TABLE pile_user (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pile_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY pile_user_once (pile_id, member_id, deleted),
	KEY pile_user_made (created_at),
	FOREIGN KEY (pile_id) REFERENCES pile (id),
	FOREIGN KEY (member_id) REFERENCES member (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
