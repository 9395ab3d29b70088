-- Fleets (集体户): collective customers of a provider, with a log-in of their own and fleets below them.

-- parent_id: one level; a fleet with a parent has none below it. property_id NULL: of the provider as a whole.
CREATE TABLE fleet (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	parent_id BIGINT NULL,
	code VARCHAR(24) CHARACTER SET ascii NULL COMMENT 'NULL only until the row has an id to take it from',
	name VARCHAR(80) NOT NULL,
	provider_id BIGINT NOT NULL,
	property_id BIGINT NULL,
	contact VARCHAR(40) NOT NULL DEFAULT '',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL,
	email VARCHAR(100) NOT NULL DEFAULT '',
	address VARCHAR(200) NOT NULL DEFAULT '',
	soc_limit INT NULL COMMENT 'percent; NULL: no limit',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY fleet_code (code, deleted),
	UNIQUE KEY fleet_phone (phone, deleted),
	UNIQUE KEY fleet_name (provider_id, name, deleted),
	KEY fleet_parent (parent_id),
	FOREIGN KEY (parent_id) REFERENCES fleet (id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A fleet's user also has the fleet's provider and property; a role of no fleet serves all fleets of its owner.
ALTER TABLE user
	ADD COLUMN fleet_id BIGINT NULL AFTER property_id,
	ADD FOREIGN KEY (fleet_id) REFERENCES fleet (id);
ALTER TABLE role
	ADD COLUMN fleet_id BIGINT NULL AFTER property_id,
	DROP KEY role_name,
	ADD UNIQUE KEY role_name (name, provider_id, property_id, fleet_id, deleted),
	ADD FOREIGN KEY (fleet_id) REFERENCES fleet (id);
