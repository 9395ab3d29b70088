-- A stay in a bay knows the booking it used up (R2).

ALTER TABLE bay_stay
	ADD COLUMN reservation_id BIGINT NULL,
	ADD KEY bay_stay_reservation (reservation_id);
