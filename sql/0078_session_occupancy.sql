-- What a charge's occupancy costs: a plug knows since when it is in or out; a session's bay or plug from the end of its charge (P10).

ALTER TABLE connector_live
	ADD COLUMN plug_at DATETIME NULL COMMENT 'since when plugged is as it is; NULL: since before it was looked at';

-- open_connector_id: while the bay is not left or the plug not pulled. waived: the fee was given back by a person.
CREATE TABLE session_occupancy (
	session_id BIGINT NOT NULL PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	connector_id BIGINT NOT NULL,
	open_connector_id BIGINT NULL,
	way VARCHAR(8) CHARACTER SET ascii NOT NULL COMMENT 'lib/charge/tbl/occupancy_way.h',
	stay_id BIGINT NULL COMMENT 'of the car, where a camera watches the bay',
	from_at DATETIME NOT NULL COMMENT 'end of the charge',
	left_at DATETIME NULL,
	ended_by VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'lib/charge/tbl/occupancy_end.h',
	minutes INT NOT NULL DEFAULT 0,
	fee DECIMAL(18,5) NOT NULL DEFAULT 0,
	waived BOOLEAN NOT NULL DEFAULT FALSE,
	created_at DATETIME NOT NULL,
	UNIQUE KEY session_occupancy_open (open_connector_id),
	KEY session_occupancy_provider (provider_id),
	KEY session_occupancy_stay (stay_id),
	FOREIGN KEY (session_id) REFERENCES session (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
