-- A reserved pile is for named members and for the members of named fleets.
ALTER TABLE pile_user
	MODIFY COLUMN member_id BIGINT NULL,
	ADD COLUMN fleet_id BIGINT NULL AFTER member_id,
	ADD UNIQUE KEY pile_user_fleet_once (pile_id, fleet_id, deleted),
	ADD FOREIGN KEY (fleet_id) REFERENCES fleet (id);
