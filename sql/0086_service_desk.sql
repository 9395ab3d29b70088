-- The service desk (T4, M25): calls taken, faults told of, what drivers say of a charge and of anything else.

CREATE TABLE call_record (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	property_id BIGINT NOT NULL,
	name VARCHAR(40) NOT NULL COMMENT 'who called',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL,
	agent VARCHAR(40) NOT NULL,
	agent_phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	called_at DATETIME NOT NULL,
	content VARCHAR(2000) NOT NULL,
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	KEY call_record_at (called_at, id),
	KEY call_record_provider (provider_id, called_at, id),
	KEY call_record_property (property_id, called_at, id),
	KEY call_record_phone (phone),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE fault_record (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	property_id BIGINT NOT NULL,
	name VARCHAR(40) NOT NULL COMMENT 'who told of it',
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL,
	repairer VARCHAR(40) NOT NULL DEFAULT '',
	repairer_phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	brief VARCHAR(100) NOT NULL,
	detail VARCHAR(2000) NOT NULL DEFAULT '',
	solution VARCHAR(2000) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	KEY fault_record_at (created_at, id),
	KEY fault_record_provider (provider_id, created_at, id),
	KEY fault_record_property (property_id, created_at, id),
	KEY fault_record_phone (phone),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Fewer than 3 stars are a complaint. Once a charge.
CREATE TABLE review (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	property_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	session_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	stars INT NOT NULL,
	content VARCHAR(500) NOT NULL DEFAULT '',
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	reply VARCHAR(500) NOT NULL DEFAULT '',
	operator VARCHAR(60) NOT NULL DEFAULT '',
	replied_at DATETIME NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY review_session (session_id),
	KEY review_at (created_at, id),
	KEY review_provider (provider_id, created_at, id),
	KEY review_property (property_id, created_at, id),
	KEY review_station (station_id, created_at, id),
	KEY review_waiting (state, stars, created_at),
	KEY review_member (member_id, id),
	FOREIGN KEY (station_id) REFERENCES station (id),
	FOREIGN KEY (session_id) REFERENCES session (id),
	FOREIGN KEY (member_id) REFERENCES member (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE feedback (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	phone VARCHAR(20) CHARACTER SET ascii NOT NULL DEFAULT '',
	content VARCHAR(1000) NOT NULL,
	state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	reply VARCHAR(500) NOT NULL DEFAULT '',
	operator VARCHAR(60) NOT NULL DEFAULT '',
	replied_at DATETIME NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL, version INT NOT NULL DEFAULT 1,
	KEY feedback_at (created_at, id),
	KEY feedback_provider (provider_id, created_at, id),
	KEY feedback_state (state, created_at),
	KEY feedback_member (member_id, id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (member_id) REFERENCES member (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
