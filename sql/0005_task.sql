-- Long work again: how often a task was begun (a runner may die on it), the file it works on, and what is wrong in a file that was not imported.

ALTER TABLE task ADD COLUMN tries INT NOT NULL DEFAULT 0 AFTER holder;
ALTER TABLE task ADD COLUMN input VARCHAR(200) CHARACTER SET ascii NOT NULL DEFAULT '' AFTER file;

CREATE TABLE task_problem (
	task_id BIGINT NOT NULL,
	number INT NOT NULL,
	line INT NOT NULL COMMENT 'as Excel shows it; 0: the whole file',
	field VARCHAR(60) CHARACTER SET ascii NOT NULL DEFAULT '',
	title VARCHAR(100) NOT NULL DEFAULT '' COMMENT 'column head',
	value VARCHAR(200) NOT NULL DEFAULT '',
	text VARCHAR(300) NOT NULL,
	PRIMARY KEY (task_id, number),
	FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
