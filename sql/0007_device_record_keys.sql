-- The list of device records: by time, by session, by pile.
ALTER TABLE device_record
	ADD KEY device_record_first (first_at, id),
	ADD KEY device_record_session (session_no),
	ADD KEY device_record_pile (pile_serial, id);
