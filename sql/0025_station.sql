-- What a station says of itself to drivers, when and to whom it is open, what it guards.

ALTER TABLE station
	ADD COLUMN inner_no VARCHAR(40) NOT NULL DEFAULT '' AFTER short_name,
	ADD COLUMN run_by VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'own' AFTER operation_type,
	ADD COLUMN site VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'other' AFTER run_by,
	ADD COLUMN spot VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'outdoor' AFTER site,
	ADD COLUMN owner_info VARCHAR(500) NOT NULL DEFAULT '',
	ADD COLUMN circuit_info VARCHAR(500) NOT NULL DEFAULT '',
	ADD COLUMN bookable BOOLEAN NOT NULL DEFAULT FALSE,
	ADD COLUMN tags VARCHAR(200) NOT NULL DEFAULT '',
	ADD COLUMN facilities VARCHAR(200) NOT NULL DEFAULT '',
	ADD COLUMN surroundings VARCHAR(200) NOT NULL DEFAULT '',
	ADD COLUMN notice VARCHAR(500) NOT NULL DEFAULT '',
	ADD COLUMN parking_note VARCHAR(500) NOT NULL DEFAULT '',
	ADD COLUMN hours_note VARCHAR(500) NOT NULL DEFAULT '',
	ADD COLUMN discount_note VARCHAR(500) NOT NULL DEFAULT '',
	ADD COLUMN parking_relief BOOLEAN NOT NULL DEFAULT FALSE,
	ADD COLUMN open_to VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'all',
	ADD COLUMN receipt_on BOOLEAN NOT NULL DEFAULT FALSE,
	ADD COLUMN power_alarm DECIMAL(12,2) NULL COMMENT 'kW',
	ADD COLUMN soc_limit INT NULL COMMENT 'percent',
	ADD COLUMN halted_at DATETIME NULL COMMENT 'taken out of operation with all its piles',
	ADD COLUMN pinned_at DATETIME NULL COMMENT 'first in the list of drivers',
	ADD KEY station_shown (deleted, status, operation_type, pinned_at);

-- halted: disabled because its station was; closed: for who holds no card of the house.
ALTER TABLE pile
	ADD COLUMN halted BOOLEAN NOT NULL DEFAULT FALSE,
	ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE;
