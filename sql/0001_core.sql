-- Core: settings, leases, jobs, tasks, audit, deliveries, commands' neighbours.
-- Conventions of every table: id BIGINT, DATETIME in the operator's zone, money DECIMAL(18,5) yuan, energy DECIMAL(16,4) kWh,
-- codes as short ascii words (lib/charge/tbl), `deleted` 0 or the row's own id (so unique keys free the name), `version` for optimistic locking.

CREATE TABLE setting (
	name VARCHAR(60) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	value VARCHAR(4000) NOT NULL,
	updated_at DATETIME NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE lease (
	name VARCHAR(80) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	holder VARCHAR(120) CHARACTER SET ascii NOT NULL,
	expires_at DATETIME NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE job_run (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	job VARCHAR(40) CHARACTER SET ascii NOT NULL,
	holder VARCHAR(120) CHARACTER SET ascii NOT NULL,
	started_at DATETIME NOT NULL,
	ended_at DATETIME NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'running',
	done BIGINT NOT NULL DEFAULT 0,
	total BIGINT NOT NULL DEFAULT 0,
	failed BIGINT NOT NULL DEFAULT 0,
	message VARCHAR(1000) NOT NULL DEFAULT '',
	KEY job_run_job (job, started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Long work a person started: export, import, QR sheet, batch command. Files live in data_dir/task/ for export_days.
CREATE TABLE task (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind VARCHAR(20) CHARACTER SET ascii NOT NULL,
	resource VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	title VARCHAR(200) NOT NULL,
	user_id BIGINT NOT NULL,
	params MEDIUMTEXT NOT NULL,
	lang VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'zh-CN',
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	done BIGINT NOT NULL DEFAULT 0,
	total BIGINT NOT NULL DEFAULT 0,
	file VARCHAR(200) NOT NULL DEFAULT '',
	file_rows BIGINT NOT NULL DEFAULT 0,
	file_size BIGINT NOT NULL DEFAULT 0,
	message VARCHAR(4000) NOT NULL DEFAULT '',
	holder VARCHAR(120) CHARACTER SET ascii NOT NULL DEFAULT '',
	heartbeat_at DATETIME NULL,
	created_at DATETIME NOT NULL,
	started_at DATETIME NULL,
	ended_at DATETIME NULL,
	expires_at DATETIME NOT NULL,
	KEY task_user (user_id, created_at),
	KEY task_status (status, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- One row a changed field; field '' is an action without values.
CREATE TABLE audit (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	at DATETIME NOT NULL,
	user_id BIGINT NULL,
	member_id BIGINT NULL,
	actor VARCHAR(80) NOT NULL,
	resource VARCHAR(40) CHARACTER SET ascii NOT NULL,
	record_id BIGINT NOT NULL DEFAULT 0,
	action VARCHAR(40) CHARACTER SET ascii NOT NULL,
	field VARCHAR(60) CHARACTER SET ascii NOT NULL DEFAULT '',
	old_value VARCHAR(2000) NULL,
	new_value VARCHAR(2000) NULL,
	ip VARCHAR(45) CHARACTER SET ascii NOT NULL DEFAULT '',
	request_id VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '',
	KEY audit_at (at, id),
	KEY audit_record (resource, record_id, id),
	KEY audit_user (user_id, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A form carries a token: the second post finds the row of the first and changes nothing.
CREATE TABLE form_token (
	token CHAR(32) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	user_id BIGINT NOT NULL,
	resource VARCHAR(40) CHARACTER SET ascii NOT NULL,
	record_id BIGINT NOT NULL DEFAULT 0,
	created_at DATETIME NOT NULL,
	KEY form_token_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A message for the outside, written with what caused it; daemons/courier sends it.
CREATE TABLE delivery (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind VARCHAR(20) CHARACTER SET ascii NOT NULL,
	dedupe_key VARCHAR(120) CHARACTER SET ascii NULL,
	target VARCHAR(500) NOT NULL,
	subject VARCHAR(200) NOT NULL DEFAULT '',
	payload MEDIUMTEXT NOT NULL,
	status VARCHAR(12) CHARACTER SET ascii NOT NULL DEFAULT 'pending',
	tries INT NOT NULL DEFAULT 0,
	next_at DATETIME NOT NULL,
	last_error VARCHAR(500) NOT NULL DEFAULT '',
	answer VARCHAR(2000) NOT NULL DEFAULT '',
	created_at DATETIME NOT NULL,
	sent_at DATETIME NULL,
	UNIQUE KEY delivery_dedupe (dedupe_key),
	KEY delivery_due (status, next_at, id),
	KEY delivery_target (kind, target(60), id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
