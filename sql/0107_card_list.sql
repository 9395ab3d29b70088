-- What piles keep of cards that charge while they are offline, and how far each pile has heard of it (M24, W15).

-- Versions are given under this row's lock, so what has a version was committed in its order.
CREATE TABLE card_list_head (
	provider_id BIGINT NOT NULL PRIMARY KEY,
	version BIGINT NOT NULL,
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Numbers of which something changed: one row each, with the version of the last time. Whether a pile should know one is asked when it is told.
CREATE TABLE card_list_change (
	provider_id BIGINT NOT NULL,
	number VARCHAR(20) CHARACTER SET ascii NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (provider_id, number),
	UNIQUE KEY card_list_change_version (provider_id, version),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- put, removed: up to which version the pile has what joined and what left; asked_*: the same as the command says that is on the wire.
CREATE TABLE card_list_pile (
	pile_id BIGINT NOT NULL PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	put BIGINT NOT NULL DEFAULT 0,
	removed BIGINT NOT NULL DEFAULT 0,
	asked_put BIGINT NOT NULL DEFAULT 0,
	asked_removed BIGINT NOT NULL DEFAULT 0,
	command_id BIGINT NULL,
	failed_at DATETIME NULL COMMENT 'the pile did not take it: again after an hour, or when something changes',
	KEY card_list_pile_command (command_id),
	FOREIGN KEY (pile_id) REFERENCES pile (id),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What piles may hold today.
INSERT INTO card_list_change (provider_id, number, version)
	SELECT provider_id, number, ROW_NUMBER() OVER (PARTITION BY provider_id ORDER BY number) FROM
	(SELECT provider_id, physical_no number FROM card WHERE physical_no IS NOT NULL AND logical_no IS NOT NULL AND deleted = 0
	UNION SELECT provider_id, no FROM token WHERE list = 'white' AND deleted = 0) n;
INSERT INTO card_list_head (provider_id, version)
	SELECT provider_id, MAX(version) FROM card_list_change GROUP BY provider_id;

ALTER TABLE card
	ADD COLUMN lapsed BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'piles were told that it ran out',
	ADD KEY card_lapsed (lapsed, expires_at);
ALTER TABLE command ADD KEY command_waits (pile_id, status, kind);
