-- What many people watch is made once for all of them: a text, made anew by whoever finds it old and takes the turn (O11, H11).

CREATE TABLE glance (
	name VARCHAR(40) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	version BIGINT NOT NULL DEFAULT 0 COMMENT '0: never made',
	made_at DATETIME(3) NOT NULL,
	turn_until DATETIME(3) NOT NULL COMMENT 'somebody makes it until then',
	body MEDIUMTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
