-- A channel that signs its callbacks with a secret of their own (乐刷: 异步通知密钥).
ALTER TABLE channel ADD COLUMN notify_key VARCHAR(300) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'sealed' AFTER api_key;
