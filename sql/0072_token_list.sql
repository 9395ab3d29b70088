-- Charge cards on lists, and what cards have in common (M24, W15).
ALTER TABLE token
	ADD COLUMN list VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'none' COMMENT 'none white black',
	ADD COLUMN parent VARCHAR(18) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'cards with the same one may end each other''s charges; empty: those of one member',
	ADD KEY token_list (provider_id, list, id);
