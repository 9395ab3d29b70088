-- Fleets pay for their members: the wallet's credit, the administrator, who belongs and how much each may use (M17, M19-M21, V3, W11).

-- admin_id: one of its own members, who manages it from the phone. Percents: of the station's price, 100.00 = as everybody.
-- vehicle_check: none, wallet (others' cars get the price only), plan (others' cars get neither); vehicle_by: hand, vin, either.
ALTER TABLE fleet
	ADD COLUMN admin_id BIGINT NULL AFTER soc_limit,
	ADD COLUMN credit DECIMAL(18,5) NOT NULL DEFAULT 0 COMMENT 'how far its cash may go below zero' AFTER admin_id,
	ADD COLUMN vehicle_check VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'none' AFTER credit,
	ADD COLUMN vehicle_by VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'either' AFTER vehicle_check,
	ADD COLUMN confirm_hash VARCHAR(128) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'the password that the administrator confirms plans with',
	ADD FOREIGN KEY (admin_id) REFERENCES member (id);

-- Limits on the fleet's wallet, each 0: none. Amounts in yuan.
CREATE TABLE fleet_member (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	fleet_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	day_times INT NOT NULL DEFAULT 0,
	day_amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	month_times INT NOT NULL DEFAULT 0,
	month_amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY fleet_member_once (fleet_id, member_id, deleted),
	KEY fleet_member_member (member_id),
	FOREIGN KEY (fleet_id) REFERENCES fleet (id),
	FOREIGN KEY (member_id) REFERENCES member (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Whose wallet pays (pay_kind fleet), and the vehicle it was judged by.
ALTER TABLE session
	ADD COLUMN fleet_id BIGINT NULL,
	ADD COLUMN vehicle_id BIGINT NULL,
	ADD KEY session_fleet (fleet_id, member_id, requested_at);

ALTER TABLE statement
	ADD COLUMN fleet_id BIGINT NULL AFTER card_id,
	ADD KEY statement_fleet (fleet_id, id);
