-- One wish for many piles: a task with a row of `command` for each pile (W9, D5, D6, P8, P12). Owner and place are those of all
-- its piles, NULL where they differ.
CREATE TABLE command_task (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NULL,
	property_id BIGINT NULL,
	station_id BIGINT NULL,
	kind VARCHAR(20) CHARACTER SET ascii NOT NULL,
	tariff_id BIGINT NULL,
	assigns BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'its piles get tariff_id (or none of their own) when the time comes',
	assigned_at DATETIME NULL,
	firmware_id BIGINT NULL,
	wanted_at DATETIME NOT NULL,
	expires_at DATETIME NOT NULL COMMENT 'a pile that is away is waited for until then',
	token CHAR(80) CHARACTER SET ascii NULL COMMENT 'of the form: all its piles are one task',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY command_task_token (token),
	KEY command_task_provider (provider_id, created_at),
	KEY command_task_station (station_id),
	KEY command_task_created (created_at),
	KEY command_task_assigns (assigns, assigned_at, wanted_at),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE command
	ADD COLUMN wanted_at DATETIME NULL COMMENT 'not before; NULL: at once',
	ADD KEY command_task (task_id, status),
	ADD CONSTRAINT command_of_task FOREIGN KEY (task_id) REFERENCES command_task (id);
