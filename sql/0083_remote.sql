-- The other way round: stations of other platforms as their platforms tell them, and our drivers' charges there (I9).

CREATE TABLE remote_station (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	exchange_peer_id BIGINT NOT NULL,
	provider_id BIGINT NOT NULL COMMENT 'whose drivers may charge there',
	code VARCHAR(20) NOT NULL,
	name VARCHAR(80) NOT NULL,
	address VARCHAR(200) NOT NULL DEFAULT '',
	phone VARCHAR(30) NOT NULL DEFAULT '',
	hours VARCHAR(100) NOT NULL DEFAULT '',
	park_info VARCHAR(100) NOT NULL DEFAULT '',
	longitude DECIMAL(10,6) NULL,
	latitude DECIMAL(10,6) NULL,
	state INT NOT NULL DEFAULT 50 COMMENT 'StationStatus: 50 in use',
	prices VARCHAR(4000) NOT NULL DEFAULT '' COMMENT 'PolicyInfos as they came',
	seen_at DATETIME NOT NULL,
	UNIQUE KEY remote_station_code (exchange_peer_id, code),
	KEY remote_station_provider (provider_id, name),
	FOREIGN KEY (exchange_peer_id) REFERENCES exchange_peer (id),
	FOREIGN KEY (provider_id) REFERENCES provider (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE remote_connector (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	remote_station_id BIGINT NOT NULL,
	exchange_peer_id BIGINT NOT NULL,
	code VARCHAR(26) NOT NULL,
	name VARCHAR(60) NOT NULL DEFAULT '',
	type INT NOT NULL DEFAULT 4,
	power DECIMAL(10,1) NOT NULL DEFAULT 0 COMMENT 'kW',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'offline',
	state_at DATETIME NULL,
	UNIQUE KEY remote_connector_code (exchange_peer_id, code),
	KEY remote_connector_station (remote_station_id, code),
	FOREIGN KEY (remote_station_id) REFERENCES remote_station (id),
	FOREIGN KEY (exchange_peer_id) REFERENCES exchange_peer (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- energy_fee, service_fee, amount: what their platform says, and we pay by bill; member_*: what our driver pays.
CREATE TABLE remote_session (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	seq VARCHAR(27) CHARACTER SET ascii NULL COMMENT 'StartChargeSeq; NULL only until the row has an id',
	exchange_peer_id BIGINT NOT NULL,
	provider_id BIGINT NOT NULL,
	partner_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	remote_station_id BIGINT NOT NULL,
	remote_connector_id BIGINT NOT NULL,
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	plate VARCHAR(12) NOT NULL DEFAULT '',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'starting',
	once CHAR(32) CHARACTER SET ascii NULL,
	prepaid DECIMAL(18,5) NOT NULL DEFAULT 0,
	held_cash DECIMAL(18,5) NOT NULL DEFAULT 0,
	held_gift DECIMAL(18,5) NOT NULL DEFAULT 0,
	requested_at DATETIME NOT NULL,
	started_at DATETIME NULL,
	ended_at DATETIME NULL,
	seen_at DATETIME NULL,
	polled_at DATETIME NULL,
	energy DECIMAL(16,4) NOT NULL DEFAULT 0,
	energy_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	service_fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	member_amount DECIMAL(18,5) NOT NULL DEFAULT 0,
	soc INT NOT NULL DEFAULT 0,
	stop_reason INT NULL COMMENT 'of the order',
	order_at DATETIME NULL,
	order_other TEXT NULL COMMENT 'an order of other figures that came after the first',
	note VARCHAR(200) NOT NULL DEFAULT '',
	UNIQUE KEY remote_session_seq (exchange_peer_id, seq),
	UNIQUE KEY remote_session_form (once),
	KEY remote_session_provider (provider_id, requested_at, id),
	KEY remote_session_requested (requested_at, id),
	KEY remote_session_member (member_id, state),
	KEY remote_session_state (state, requested_at),
	KEY remote_session_ended (ended_at, provider_id, partner_id),
	KEY remote_session_order (order_at),
	FOREIGN KEY (exchange_peer_id) REFERENCES exchange_peer (id),
	FOREIGN KEY (member_id) REFERENCES member (id),
	FOREIGN KEY (remote_station_id) REFERENCES remote_station (id),
	FOREIGN KEY (remote_connector_id) REFERENCES remote_connector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE exchange_peer
	ADD COLUMN stations_at DATETIME NULL COMMENT 'asked for last',
	ADD COLUMN states_at DATETIME NULL,
	ADD COLUMN checked_day DATE NULL COMMENT 'the last day whose orders were sent to be compared';

-- What they said when a day's orders were compared.
ALTER TABLE exchange_session
	ADD COLUMN order_energy DECIMAL(16,4) NULL COMMENT 'of the order as it was pushed last',
	ADD COLUMN order_amount DECIMAL(18,5) NULL,
	ADD COLUMN dispute INT NULL COMMENT 'DisputeReason',
	ADD COLUMN dispute_energy DECIMAL(16,4) NULL,
	ADD COLUMN dispute_amount DECIMAL(18,5) NULL;

-- Charges of the day whose bill, pushed order and device record do not say the same.
ALTER TABLE daily_report ADD COLUMN differs BIGINT NOT NULL DEFAULT 0;
