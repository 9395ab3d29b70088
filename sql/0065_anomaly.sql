-- Who handled an anomaly and when (O14), and whether the last bill is that of a void charge: so that a review knows where it ends (O15).

ALTER TABLE session
	ADD COLUMN handled_by BIGINT NULL,
	ADD COLUMN handled_at DATETIME NULL,
	ADD COLUMN voided BOOLEAN NOT NULL DEFAULT FALSE;
