-- What a pile or an e-bike device is beside its place and name: the device of an e-bike shed, papers of the asset, when it was put into operation.

ALTER TABLE pile
	ADD COLUMN device_type VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'box' COMMENT 'e-bikes',
	ADD COLUMN location VARCHAR(120) NOT NULL DEFAULT '' COMMENT 'where on the premises',
	ADD COLUMN rated_watt INT NULL COMMENT 'W of a socket, e-bikes',
	ADD COLUMN current_max DECIMAL(8,2) NULL COMMENT 'A, e-bikes',
	ADD COLUMN current_min DECIMAL(8,2) NULL COMMENT 'A, e-bikes',
	ADD COLUMN produced_on DATE NULL,
	ADD COLUMN deployed_on DATE NULL,
	ADD KEY pile_area (area_id);
