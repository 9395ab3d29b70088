-- Sums of sessions by day and, for the last weeks, by hour: what the home page adds up instead of millions of orders. Kept by jobs/rollup.

-- The index carries whatever the sums need: whose station, whose member, when asked for.
ALTER TABLE session DROP KEY session_report,
	ADD KEY session_report (ended_at, provider_id, member_provider_id, state, anomaly, kind, refunded, energy, energy_fee, service_fee, amount,
		station_id, property_id, member_id, requested_at, seconds);

CREATE TABLE session_day (
	day DATE NOT NULL COMMENT 'of ended_at, in the operator''s zone',
	station_id BIGINT NOT NULL, provider_id BIGINT NOT NULL, property_id BIGINT NOT NULL,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
	sessions BIGINT NOT NULL COMMENT 'ended, failed ones too',
	finished BIGINT NOT NULL COMMENT 'the sums below are over these',
	seconds BIGINT NOT NULL,
	energy DECIMAL(18,4) NOT NULL,
	energy_fee DECIMAL(20,5) NOT NULL, service_fee DECIMAL(20,5) NOT NULL, amount DECIMAL(20,5) NOT NULL,
	refunds BIGINT NOT NULL COMMENT 'ended ones of which something was given back', refunded DECIMAL(20,5) NOT NULL,
	PRIMARY KEY (day, station_id, provider_id, property_id, kind),
	KEY session_day_provider (provider_id, day),
	KEY session_day_property (property_id, day),
	KEY session_day_station (station_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE session_hour (
	hour_at DATETIME NOT NULL,
	station_id BIGINT NOT NULL, provider_id BIGINT NOT NULL, property_id BIGINT NOT NULL,
	kind VARCHAR(8) CHARACTER SET ascii NOT NULL,
	sessions BIGINT NOT NULL DEFAULT 0, finished BIGINT NOT NULL DEFAULT 0, seconds BIGINT NOT NULL DEFAULT 0,
	energy DECIMAL(18,4) NOT NULL DEFAULT 0,
	energy_fee DECIMAL(20,5) NOT NULL DEFAULT 0, service_fee DECIMAL(20,5) NOT NULL DEFAULT 0, amount DECIMAL(20,5) NOT NULL DEFAULT 0,
	refunds BIGINT NOT NULL DEFAULT 0, refunded DECIMAL(20,5) NOT NULL DEFAULT 0,
	starts BIGINT NOT NULL DEFAULT 0 COMMENT 'by requested_at, all the other columns by ended_at',
	PRIMARY KEY (hour_at, station_id, provider_id, property_id, kind),
	KEY session_hour_provider (provider_id, hour_at),
	KEY session_hour_property (property_id, hour_at),
	KEY session_hour_station (station_id, hour_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Who charged most in the 30 days before `day`: a few for each property, provider and for all (owner 'all', 0).
CREATE TABLE member_top (
	day DATE NOT NULL,
	owner VARCHAR(10) CHARACTER SET ascii NOT NULL COMMENT 'all provider property',
	owner_id BIGINT NOT NULL,
	place INT NOT NULL,
	member_id BIGINT NOT NULL,
	sessions BIGINT NOT NULL, energy DECIMAL(18,4) NOT NULL,
	PRIMARY KEY (owner, owner_id, day, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- One row: sessions that ended before until_at are in the sums; what was booked until seen_at was looked at.
CREATE TABLE rollup_state (
	id INT NOT NULL PRIMARY KEY,
	until_at DATETIME NOT NULL,
	seen_at DATETIME NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
