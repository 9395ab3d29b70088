-- Charges that end by themselves because the vehicle takes nothing (D15): what a station asks for, and since when a running charge draws nothing or little.

ALTER TABLE station
	ADD COLUMN full_stop BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'AC: full when it draws nothing for three minutes',
	ADD COLUMN low_current INT NULL COMMENT 'mA; below it for low_minutes a charge ends',
	ADD COLUMN low_minutes INT NULL;
ALTER TABLE session
	ADD COLUMN idle_since DATETIME NULL COMMENT 'draws nothing since',
	ADD COLUMN low_since DATETIME NULL COMMENT 'draws less than the station asks for since';
