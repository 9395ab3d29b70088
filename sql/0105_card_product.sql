-- Card products (电卡产品) and cards issued of them by properties (M3-M6).

-- kind and issue are the card's; price is what is paid for it, face what is on it. bonus: paid+given of recharges, by spaces.
CREATE TABLE card_product (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	property_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	kind VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'physical',
	issue VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'person' COMMENT 'person fleet: who pays for the card',
	price DECIMAL(18,5) NOT NULL DEFAULT 0,
	face DECIMAL(18,5) NOT NULL DEFAULT 0,
	bonus VARCHAR(200) CHARACTER SET ascii NOT NULL DEFAULT '',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'enabled',
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY card_product_name (property_id, name, deleted),
	KEY card_product_provider (provider_id, id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (property_id) REFERENCES property (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Where cards of the product count; none: at all stations of its property.
CREATE TABLE card_product_station (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	product_id BIGINT NOT NULL,
	station_id BIGINT NOT NULL,
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY card_product_station_once (product_id, station_id, deleted),
	KEY card_product_station_station (station_id, product_id),
	FOREIGN KEY (product_id) REFERENCES card_product (id),
	FOREIGN KEY (station_id) REFERENCES station (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- price and face as they were when it was issued; fleet_id: whose wallet paid.
ALTER TABLE card
	ADD COLUMN product_id BIGINT NULL AFTER station_id,
	ADD COLUMN property_id BIGINT NULL COMMENT 'who issued it' AFTER product_id,
	ADD COLUMN fleet_id BIGINT NULL AFTER property_id,
	ADD COLUMN issue VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'person' AFTER fleet_id,
	ADD COLUMN price DECIMAL(18,5) NOT NULL DEFAULT 0 AFTER issue,
	ADD COLUMN face DECIMAL(18,5) NOT NULL DEFAULT 0 AFTER price,
	ADD KEY card_product (product_id, id),
	ADD KEY card_fleet (fleet_id, id),
	ADD FOREIGN KEY (product_id) REFERENCES card_product (id),
	ADD FOREIGN KEY (property_id) REFERENCES property (id),
	ADD FOREIGN KEY (fleet_id) REFERENCES fleet (id);
