-- A station's picture, and who takes the money of its starts (S3, S12).
CREATE TABLE station_picture (
	station_id BIGINT NOT NULL PRIMARY KEY,
	type VARCHAR(20) CHARACTER SET ascii NOT NULL,
	digest CHAR(64) CHARACTER SET ascii NOT NULL,
	body MEDIUMBLOB NOT NULL,
	updated_at DATETIME NOT NULL,
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE station
	ADD COLUMN pay_by VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'usual' COMMENT 'usual: the provider''s channel; own; none',
	ADD COLUMN channel_id BIGINT NULL;
ALTER TABLE station ADD FOREIGN KEY (channel_id) REFERENCES channel (id);
