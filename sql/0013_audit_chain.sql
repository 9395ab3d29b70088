-- The log of changes as a chain: rows are written freely, jobs/audit_seal binds them in blocks afterwards, jobs/audit_proof recomputes all.

ALTER TABLE audit
	ADD COLUMN result VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'done' COMMENT 'done denied failed',
	ADD COLUMN by_member TINYINT GENERATED ALWAYS AS (member_id IS NOT NULL) VIRTUAL COMMENT 'drivers have a log of their own',
	ADD COLUMN seal_id BIGINT NULL COMMENT 'block that holds the row; not part of its hash',
	ADD KEY audit_seal (seal_id, id),
	ADD KEY audit_party (by_member, at),
	ADD KEY audit_member (member_id, at),
	ADD KEY audit_number (record_id, at),
	ADD KEY audit_ip (ip, at),
	ADD KEY audit_request (request_id),
	ADD KEY audit_result (result, at);
UPDATE audit SET result = 'failed' WHERE action = 'login_failed';

-- A block of at most 1000 rows in the order of their ids. No auto_increment: the numbers have no gaps, so a block that is gone is missed.
CREATE TABLE audit_seal (
	id BIGINT NOT NULL PRIMARY KEY,
	first_id BIGINT NOT NULL,
	last_id BIGINT NOT NULL,
	row_count BIGINT NOT NULL,
	stragglers BIGINT NOT NULL COMMENT 'rows that were committed after rows with higher ids were sealed',
	last_at DATETIME NOT NULL COMMENT 'of the youngest row',
	previous_hash CHAR(64) CHARACTER SET ascii NOT NULL,
	hash CHAR(64) CHARACTER SET ascii NOT NULL,
	digests MEDIUMTEXT CHARACTER SET ascii NULL COMMENT 'a line a row: id and 16 digits of its hash, to name the row that differs; NULL when archived',
	sealed_at DATETIME NOT NULL,
	archived_at DATETIME NULL COMMENT 'its rows left the table; the hash stays',
	UNIQUE KEY audit_seal_chain (previous_hash),
	KEY audit_seal_last (last_id),
	KEY audit_seal_archived (archived_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE audit_proof (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	started_at DATETIME NOT NULL,
	ended_at DATETIME NOT NULL,
	last_seal BIGINT NOT NULL,
	last_hash CHAR(64) CHARACTER SET ascii NOT NULL,
	blocks BIGINT NOT NULL,
	row_count BIGINT NOT NULL,
	archived BIGINT NOT NULL COMMENT 'blocks of which only the hashes were compared',
	findings BIGINT NOT NULL,
	KEY audit_proof_fine (findings, last_seal)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE audit_finding (
	proof_id BIGINT NOT NULL,
	number BIGINT NOT NULL,
	what VARCHAR(20) CHARACTER SET ascii NOT NULL COMMENT 'changed removed inserted unsealed backdated seal_removed seal_changed',
	seal_id BIGINT NULL,
	audit_id BIGINT NULL,
	detail VARCHAR(300) NOT NULL DEFAULT '',
	PRIMARY KEY (proof_id, number),
	FOREIGN KEY (proof_id) REFERENCES audit_proof (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
