-- A fleet's charges of a month, for its settlement bill (N6).
ALTER TABLE session ADD KEY session_fleet_ended (fleet_id, ended_at);
