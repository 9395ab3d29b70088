-- The secret of the official account by which phones inside WeChat say who pays (JSAPI).
ALTER TABLE channel ADD COLUMN app_secret VARCHAR(300) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'sealed' AFTER app_id;
