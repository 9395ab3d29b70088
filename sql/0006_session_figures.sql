-- Figures of the home page from one covering index: kind and refunds beside what the daily report sums and skips (void ones); anomalies that wait, without a scan.

ALTER TABLE session DROP KEY session_report,
	ADD KEY session_report (ended_at, provider_id, member_provider_id, state, anomaly, kind, refunded, energy, energy_fee, service_fee, amount),
	ADD KEY session_waiting (anomaly, requested_at, id);
