# backup.sh - backup and restore: database, files and key of an instance as one archive.
# Owns the archive's form: manifest, database.sql, data/, secret.key, chargeops.conf. Serves ./chargeops.
. "$ROOT/ops/instance.sh"

help_backup() {
	cat <<'TEXT'
usage: ./chargeops backup FILE          FILE ends in .tar.zst or .tar.gz, or is - (gzip)

A consistent copy of the running instance: the database as one transaction saw it, the files of data_dir, the key for what is encrypted
in the database, the configuration. Whoever has the file has everything: keep it as safe as the server. docs/backup.md
TEXT
}
help_restore() {
	cat <<'TEXT'
usage: ./chargeops restore FILE [--force]

Brings a backup into this instance and proves the ledger. An instance that holds data already is replaced only with --force; what it
held is gone then. The instance's own ports and database password stay. docs/backup.md
TEXT
}

packer() {
	case $1 in
	*.zst) echo "zstd -q -T0" ;;
	*.gz | *.tgz | -) echo gzip ;;
	*) die "the file's name must end in .tar.zst or .tar.gz" ;;
	esac
}

dump() {
	mariadb-dump --no-defaults --socket="$RUN/mysql.sock" --user=root --single-transaction --quick --routines --triggers \
		--hex-blob --default-character-set=utf8mb4 --skip-comments --skip-lock-tables "$(conf_get db_name)"
}

do_backup() {
	local file=${1:-} pack
	[ $# = 1 ] || { help_backup >&2; exit 2; }
	need_instance
	running mysql || die "the database does not run: ./chargeops up"
	pack=$(packer "$file")
	work=$(mktemp -d "$VAR/tmp/backup.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	dump >"$work/database.sql" || die "the dump failed"
	cp "$VAR/secret.key" "$work/secret.key"
	cp "$CONF" "$work/chargeops.conf"
	printf 'chargeops_backup=1\nmade_at=%s\nschema=%s\n' "$(date -u +%FT%TZ)" \
		"$(sql "$(conf_get db_name)" -e 'select max(version) from migration where applied_at is not null')" >"$work/manifest"
	if [ "$file" = - ]; then
		pack_up | $pack
		return
	fi
	pack_up | $pack >"$file.part" || { rm -f "$file.part"; die "writing $file failed"; }
	sync "$file.part"
	mv "$file.part" "$file"
	printf 'backup=%s\nbytes=%s\n' "$file" "$(stat -c %s "$file")"
}

# A file may come or go in data_dir meanwhile: tar says 1 then, and the database's copy decides.
pack_up() {
	local rc=0
	tar -cf - -C "$work" manifest database.sql secret.key chargeops.conf -C "$VAR" --warning=no-file-changed data || rc=$?
	[ $rc -le 1 ]
}

unpack() {
	case $(od -An -N 4 -tx1 "$1" | tr -d ' ') in
	28b52ffd) zstd -dcq "$1" ;;
	1f8b*) gzip -dc "$1" ;;
	*) return 1 ;;
	esac | tar -xf - -C "$2" --no-same-owner 2>/dev/null
}

holds_data() {
	[ -n "$(sql -e "select 1 from information_schema.tables where table_schema = '$(conf_get db_name)' limit 1" 2>/dev/null)" ] &&
		[ "$(sql "$(conf_get db_name)" -e 'select (select count(*) from session) + (select count(*) from member) + (select count(*) from station)' \
			2>/dev/null || echo 1)" != 0 ]
}

load() {
	local name
	name=$(conf_get db_name)
	sql -e "drop database if exists \`$name\`; create database \`$name\` character set utf8mb4 collate utf8mb4_general_ci"
	sql --default-character-set=utf8mb4 "$name" <"$1/database.sql" || die "loading the database failed; the instance is empty now"
	cp "$1/secret.key" "$VAR/secret.key"
	rm -rf "$VAR/data"
	mv "$1/data" "$VAR/data"
}

do_restore() {
	local file="" force="" c
	for c; do case $c in --force) force=1 ;; *) file=$c ;; esac; done
	[ -n "$file" ] || { help_restore >&2; exit 2; }
	[ -r "$file" ] || die "cannot read $file"
	need_instance
	write_configs
	make_database
	bring_up mysql
	await mysql
	make_schema_owner
	[ -n "$force" ] || ! holds_data || die "this instance holds data; ./chargeops restore $file --force replaces it"
	work=$(mktemp -d "$VAR/tmp/restore.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	unpack "$file" "$work" && grep -qx chargeops_backup=1 "$work/manifest" && [ -f "$work/database.sql" ] && [ -d "$work/data" ] ||
		die "$file is no backup of chargeops, or it is cut off"
	for c in $(later_components); do halt "$c"; done
	load "$work"
	touch "$VAR/demo"
	job_if_there migrate --quiet
	job_if_there ledger_proof
	note "restored; ./chargeops up starts the rest"
	cat "$work/manifest"
}
