-- A fleet's price for its members' charges, and what a charge was promised of it (V3, X3).

-- Percent of the station's price, 100.00: as everybody. price_pay: by which purse it is had: any, fleet (its wallet), own (the member's wallet and cards).
ALTER TABLE fleet
	ADD COLUMN price_energy DECIMAL(5,2) NOT NULL DEFAULT 100 AFTER vehicle_by,
	ADD COLUMN price_service DECIMAL(5,2) NOT NULL DEFAULT 100 AFTER price_energy,
	ADD COLUMN price_pay VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'any' AFTER price_service;

-- As promised at the start; NULL: the station's price, also after a car was read that is not the fleet's.
ALTER TABLE session
	ADD COLUMN price_fleet_id BIGINT NULL,
	ADD COLUMN price_energy DECIMAL(5,2) NULL,
	ADD COLUMN price_service DECIMAL(5,2) NULL;
