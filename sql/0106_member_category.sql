-- Categories of members and of charge cards, passwords of charge cards (M13, M23, M24).

-- NULL as a member's category is 默认分类: everybody new is in it.
CREATE TABLE member_category (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	parent_id BIGINT NULL,
	name VARCHAR(40) NOT NULL,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY member_category_name (provider_id, name, deleted),
	KEY member_category_parent (parent_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (parent_id) REFERENCES member_category (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
ALTER TABLE member
	ADD COLUMN category_id BIGINT NULL AFTER station_id,
	ADD KEY member_category (category_id, id),
	ADD FOREIGN KEY (category_id) REFERENCES member_category (id);

CREATE TABLE token_category (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	provider_id BIGINT NOT NULL,
	parent_id BIGINT NULL,
	name VARCHAR(40) NOT NULL,
	note VARCHAR(500) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL, created_by BIGINT NULL,
	updated_at DATETIME NOT NULL, updated_by BIGINT NULL,
	deleted BIGINT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1,
	UNIQUE KEY token_category_name (provider_id, name, deleted),
	KEY token_category_parent (parent_id),
	FOREIGN KEY (provider_id) REFERENCES provider (id),
	FOREIGN KEY (parent_id) REFERENCES token_category (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
ALTER TABLE token
	ADD COLUMN category_id BIGINT NULL AFTER provider_id,
	ADD COLUMN password VARCHAR(160) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'sealed; asked for by piles that can; empty: none',
	ADD KEY token_category (category_id, id),
	ADD FOREIGN KEY (category_id) REFERENCES token_category (id);
