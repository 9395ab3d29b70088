-- Bookings whose fee was kept are counted by the day that they ended (I3).
ALTER TABLE reservation
	ADD KEY reservation_kept (provider_id, fee_state, ended_at);
