-- Members' money as it came: lots of recharges (M12, M15), orders of recharges outside (M15, M16), credit (M17), several charges at once (M18).

-- What of each arrival of cash is still there; taken from the oldest first. A purse's lots sum to its cash, held cash included, where that is above zero.
CREATE TABLE purse_lot (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	owner_kind VARCHAR(12) CHARACTER SET ascii NOT NULL,
	owner_id BIGINT NOT NULL,
	journal_id BIGINT NULL COMMENT 'NULL: what was there when lots began',
	amount DECIMAL(18,5) NOT NULL,
	remains DECIMAL(18,5) NOT NULL,
	leaves BOOLEAN NOT NULL COMMENT 'may be withdrawn; what was only booked (记账) may not',
	open BOOLEAN NOT NULL DEFAULT TRUE,
	at DATETIME NOT NULL,
	KEY purse_lot_open (owner_kind, owner_id, open, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- One line a lot: part numbers the lines of a journal.
ALTER TABLE statement
	ADD COLUMN lot_id BIGINT NULL,
	ADD COLUMN part INT NOT NULL DEFAULT 0,
	ADD UNIQUE KEY statement_part (journal_id, owner_kind, owner_id, part),
	DROP KEY statement_once;

-- What came by channels may leave, the rest was booked by hand.
INSERT INTO purse_lot (owner_kind, owner_id, amount, remains, leaves, at)
	SELECT a.owner_kind, a.owner_id, LEAST(a.cash, p.paid), LEAST(a.cash, p.paid), 1, NOW() FROM
	(SELECT owner_kind, owner_id, SUM(balance) cash FROM account WHERE owner_kind = 'member' AND kind IN ('cash', 'cash_held') GROUP BY owner_kind, owner_id) a
	JOIN (SELECT member_id, SUM(amount - refunded) paid FROM payment WHERE state = 'paid' AND purpose <> 'card_fee' GROUP BY member_id) p ON p.member_id = a.owner_id
	WHERE a.cash > 0 AND p.paid > 0;
INSERT INTO purse_lot (owner_kind, owner_id, amount, remains, leaves, at)
	SELECT a.owner_kind, a.owner_id, a.cash - COALESCE(l.remains, 0), a.cash - COALESCE(l.remains, 0), 0, NOW() FROM
	(SELECT owner_kind, owner_id, SUM(balance) cash FROM account WHERE owner_kind IN ('member', 'card') AND kind IN ('cash', 'cash_held') GROUP BY owner_kind, owner_id) a
	LEFT JOIN (SELECT owner_kind, owner_id, SUM(remains) remains FROM purse_lot GROUP BY owner_kind, owner_id) l ON l.owner_kind = a.owner_kind AND l.owner_id = a.owner_id
	WHERE a.cash > COALESCE(l.remains, 0);

ALTER TABLE member
	ADD COLUMN credit DECIMAL(18,5) NOT NULL DEFAULT 0 COMMENT 'how far the wallet may go below zero',
	ADD COLUMN several BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'charges at several connectors at once';

CREATE TABLE offline_recharge (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	no VARCHAR(32) CHARACTER SET ascii NOT NULL,
	provider_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	way VARCHAR(8) CHARACTER SET ascii NOT NULL COMMENT 'booked paid',
	amount DECIMAL(18,5) NOT NULL COMMENT 'as it was ordered',
	actual DECIMAL(18,5) NOT NULL COMMENT 'as it is settled; below zero takes away',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	operator VARCHAR(60) NOT NULL DEFAULT '',
	settled_at DATETIME NULL,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY offline_recharge_no (no),
	KEY offline_recharge_provider (provider_id, created_at, id),
	KEY offline_recharge_state (state, id),
	KEY offline_recharge_member (member_id, id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (member_id) REFERENCES member (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
