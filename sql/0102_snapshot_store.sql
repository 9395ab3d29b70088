-- stored_at: since when a picture lies in the object storage; NULL: under data_dir (K6). A file's row is found by its name.

ALTER TABLE snapshot
	ADD COLUMN stored_at DATETIME NULL AFTER bytes,
	ADD KEY snapshot_file (file),
	ADD KEY snapshot_unstored (stored_at, file);
