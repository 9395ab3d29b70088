-- The accepted order of a plan's starts, what each connector came to, and how the rest was planned anew (Z1, Z3).

-- limit_watt, until_time: what the accepted order keeps to; NULL: none is accepted, connectors start one after the other.
ALTER TABLE plan
	ADD COLUMN limit_watt INT NULL COMMENT 'W of all its connectors together' AFTER gap_seconds,
	ADD COLUMN until_time CHAR(5) CHARACTER SET ascii NULL COMMENT 'HH:MM, when all are to be charged' AFTER limit_watt;

-- leave_time NULL: not before the plan's end. start_after: seconds from the plan's time to this start, as accepted.
ALTER TABLE plan_connector
	ADD COLUMN leave_time CHAR(5) CHARACTER SET ascii NULL COMMENT 'HH:MM' AFTER energy,
	ADD COLUMN start_after INT NULL AFTER leave_time;

-- Of a run with an accepted order: planned_at is the start that was accepted, start_at the one that holds now; watt what the connector counts with.
ALTER TABLE plan_start
	MODIFY COLUMN state VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'waiting' COMMENT 'waiting started refused failed broken charged',
	ADD COLUMN watt INT NULL AFTER energy,
	ADD COLUMN leave_at DATETIME NULL AFTER watt,
	ADD COLUMN planned_at DATETIME NULL AFTER leave_at,
	ADD COLUMN plan_change_id BIGINT NULL COMMENT 'the last one that moved it';

-- Why what had not started yet was planned anew in a run, how many starts moved, and what does not fit any more.
CREATE TABLE plan_change (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	plan_id BIGINT NOT NULL,
	due_at DATETIME NOT NULL COMMENT 'of the run',
	at DATETIME NOT NULL,
	reason VARCHAR(12) CHARACTER SET ascii NOT NULL,
	connector_id BIGINT NULL COMMENT 'whose it was',
	moved INT NOT NULL DEFAULT 0,
	left_out INT NOT NULL DEFAULT 0,
	missing DECIMAL(16,4) NOT NULL DEFAULT 0 COMMENT 'kWh that cannot be charged any more',
	limit_needed INT NULL COMMENT 'W under which all would fit; NULL: all fits, or no limit is enough',
	KEY plan_change_plan (plan_id, due_at, id),
	FOREIGN KEY (plan_id) REFERENCES plan (id),
	FOREIGN KEY (connector_id) REFERENCES connector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
