# common.sh - places, words and processes of one instance.
# Owns var/run/proc/. Serves ./chargeops and the other files of ops/.
# An instance is a folder (CHARGEOPS_VAR, default var/) and a build (CHARGEOPS_BUILD, default build/).

VAR=$(realpath -ms "${CHARGEOPS_VAR:-$ROOT/var}")
BUILD=$(realpath -ms "${CHARGEOPS_BUILD:-$ROOT/build}")
CONF=$VAR/chargeops.conf
RUN=$VAR/run
PROC=$RUN/proc
LOG=$VAR/log
PATH=$PATH:/usr/sbin:/sbin
export CHARGEOPS_CONF=$CONF
umask 077

note() { printf '%s\n' "$*" >&2; }
die() { note "chargeops: $*"; exit 1; }
wants_help() { local a; for a; do [ "$a" = --help ] || [ "$a" = -h ] && return 0; done; return 1; }
is_root() { [ "$(id -u)" = 0 ]; }
conf_get() { sed -n "s/^$1 *= *//p" "$CONF" | tail -n 1; }
need_instance() { [ -f "$CONF" ] || die "there is no instance yet: ./chargeops up"; }

# The program NAME of the build, or nothing.
program() {
	local p
	for p in "$BUILD/chargeops-$1" "$BUILD/$1"; do [ -x "$p" ] && { printf '%s' "$p"; return; }; done
	return 1
}

sql() { mariadb --no-defaults --socket="$RUN/mysql.sock" --user=root --batch --skip-column-names "$@"; }

# A process is known by its number and its start: a number that the kernel gave to another one later is not ours.
process_start() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	set -- ${stat##*) }
	[ "$1" != Z ] && printf '%s' "${20}"
}

# running NAME: sets pid.
running() {
	local start
	[ -f "$PROC/$1" ] || return 1
	read -r pid start <"$PROC/$1" || return 1
	[ "$(process_start "$pid")" = "$start" ]
}

# launch NAME COMMAND...: keep.sh starts it again when it dies.
launch() {
	local name=$1
	shift
	mkdir -p "$PROC" "$LOG"
	rm -f "$PROC/$name.child"
	echo "ts=$(date +%FT%T%z) level=info prog=keep event=launch" >>"$LOG/$name.log"
	setsid "$ROOT/ops/keep.sh" "$PROC/$name.child" "$@" >>"$LOG/$name.log" 2>&1 </dev/null &
	printf '%s %s\n' "$!" "$(process_start $!)" >"$PROC/$name"
}

# halt NAME: asks, waits, then ends it.
halt() {
	local i
	running "$1" || { rm -f "$PROC/$1" "$PROC/$1.child"; return 0; }
	kill -TERM "$pid" 2>/dev/null || true
	for ((i = 0; i < 600; i++)); do
		running "$1" || break
		sleep 0.05
	done
	if running "$1"; then
		note "$1 does not stop by itself: ended"
		kill -KILL "$(cat "$PROC/$1.child" 2>/dev/null || echo "$pid")" "$pid" 2>/dev/null || true
	fi
	rm -f "$PROC/$1" "$PROC/$1.child"
}

show_log() {
	note "--- the end of $LOG/$1.log"
	tail -n "${2:-15}" "$LOG/$1.log" >&2 2>/dev/null || true
	note "---"
}
