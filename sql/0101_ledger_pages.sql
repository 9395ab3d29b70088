-- The ledger as an accountant reads it: whose books an account is in, when a posting was made, closed days, proofs and what they found.

-- NULL: the platform's. A partner's wallet is in the books of who holds the money.
ALTER TABLE account
	ADD COLUMN provider_id BIGINT NULL COMMENT 'in whose books it is; NULL: the platform',
	ADD KEY account_books (provider_id, owner_kind, kind);
UPDATE account a
	LEFT JOIN property r ON a.owner_kind = 'property' AND r.id = a.owner_id
	LEFT JOIN member m ON a.owner_kind = 'member' AND m.id = a.owner_id
	LEFT JOIN card c ON a.owner_kind = 'card' AND c.id = a.owner_id
	LEFT JOIN channel h ON a.owner_kind = 'channel' AND h.id = a.owner_id
	LEFT JOIN partner_wallet w ON a.owner_kind = 'partner' AND w.id = a.owner_id
	LEFT JOIN split_party y ON a.owner_kind = 'receiver' AND y.id = a.owner_id
	LEFT JOIN split_plan l ON l.id = y.plan_id
	LEFT JOIN station s ON s.id = l.station_id
	SET a.provider_id = IF(a.owner_kind = 'provider', a.owner_id,
		COALESCE(r.provider_id, m.provider_id, c.provider_id, h.provider_id, w.partner_id, s.provider_id));

ALTER TABLE posting
	ADD COLUMN provider_id BIGINT NULL COMMENT 'of its account',
	ADD COLUMN at DATETIME NULL;
UPDATE posting p JOIN journal j ON j.id = p.journal_id JOIN account a ON a.id = p.account_id
	SET p.at = j.at, p.provider_id = a.provider_id;
ALTER TABLE posting
	MODIFY COLUMN at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
	ADD KEY posting_statement (account_id, at, id, amount),
	ADD KEY posting_at (at, id),
	ADD KEY posting_books (provider_id, at, id),
	DROP KEY posting_account;

-- What was posted a day, by books and kind of account; a day that is over is summed once and then read instead of its postings.
CREATE TABLE ledger_day (
	day DATE NOT NULL,
	provider_id BIGINT NOT NULL COMMENT '0: the platform',
	owner_kind VARCHAR(12) CHARACTER SET ascii NOT NULL,
	kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
	debit DECIMAL(18,5) NOT NULL COMMENT 'what was taken from accounts of this kind, positive',
	credit DECIMAL(18,5) NOT NULL COMMENT 'what was given to them',
	PRIMARY KEY (day, provider_id, owner_kind, kind),
	KEY ledger_day_books (provider_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE ledger_close (
	day DATE NOT NULL PRIMARY KEY,
	postings BIGINT NOT NULL,
	closed_at DATETIME NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE ledger_proof (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	started_at DATETIME NOT NULL,
	ended_at DATETIME NULL COMMENT 'NULL: it runs, or died',
	findings BIGINT NOT NULL DEFAULT 0,
	asked_by BIGINT NULL COMMENT 'NULL: the nightly job',
	KEY ledger_proof_started (started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE ledger_finding (
	proof_id BIGINT NOT NULL,
	position INT NOT NULL,
	what VARCHAR(24) CHARACTER SET ascii NOT NULL,
	record_id BIGINT NOT NULL,
	detail VARCHAR(300) NOT NULL,
	PRIMARY KEY (proof_id, position),
	FOREIGN KEY (proof_id) REFERENCES ledger_proof (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
