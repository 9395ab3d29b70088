# instance.sh - up, down, status, logs, start, stop, restart: the components of one instance.
# Owns what stands under var/. Serves ./chargeops.
. "$ROOT/ops/build.sh"

COMPONENTS="mysql mosquitto admin driver open task gateway courier camera nginx cron sim paysim"

help_up() {
	cat <<'TEXT'
usage: ./chargeops up [--bare] [--port-base N] [--no-build]

Installs missing Debian packages (asks sudo only for that), builds into build/, makes a private instance under var/ (database,
broker, web server, workers, daemons, schedule; everything on 127.0.0.1), migrates, creates the first administrator, loads the demo
operator with a virtual fleet, and prints addresses and the first log-in as key=value lines. Again: only what changed.

  --bare          without demo and virtual fleet (they can come later: ./chargeops up)
  --port-base N   ports N (pages), N+1 (piles), N+2 (MQTT), N+4 (OCPP), N+5 (e-bike sockets); only when the instance is made, default 8080
  --no-build      start what is built

CHARGEOPS_VAR and CHARGEOPS_BUILD name another instance folder and build folder.
TEXT
}
help_down() { echo "usage: ./chargeops down - stops every component of the instance and waits until it has ended"; }
help_status() { echo "usage: ./chargeops status - each component with its state, and the addresses as key=value lines"; }
help_logs() { echo "usage: ./chargeops logs [NAME] [--no-follow] - the logs under var/log, all or one component's"; }
help_start() { echo "usage: ./chargeops start NAME - starts one component: $COMPONENTS"; }
help_stop() { echo "usage: ./chargeops stop NAME - stops one component: $COMPONENTS"; }
help_restart() { echo "usage: ./chargeops restart NAME - stops and starts one component: $COMPONENTS"; }

later_components() { echo "${COMPONENTS#mysql }"; }

# --- files of the instance

pool_mb() { # an eighth of the memory, from 128 to 1024 MB
	local kb
	read -r _ kb _ </proc/meminfo
	kb=$((kb / 8192))
	echo $((kb < 128 ? 128 : kb > 1024 ? 1024 : kb))
}

fill() { # fill TEMPLATE TARGET: replaces @NAME@; says whether the target changed
	local listen user_line='' user_web='' mb
	is_root && user_line="user root" && user_web="user root;"
	mb=$(pool_mb)
	case $1 in nginx*) user_line=$user_web ;; esac
	sed -e "s|@ROOT@|$ROOT|g; s|@VAR@|$VAR|g; s|@RUN@|$RUN|g; s|@LOG@|$LOG|g; s|@STATIC@|$ROOT/static|g" \
		-e "s|@SITE@|$VAR/nginx/site.conf|g; s|@UPSTREAM@|$VAR/nginx/upstream.conf|g" \
		-e "s|@HTTP_PORT@|$(port http)|g; s|@PILE_PORT@|$(port pile)|g; s|@MQTT_PORT@|$(port mqtt)|g; s|@OCPP_PORT@|$(port ocpp)|g; s|@BIKE_PORT@|$(port bike)|g" \
		-e "s|@LISTEN@|$(listen_address)|g; s|@USER_LINE@|$user_line|g; s|@DB_PASSWORD@|${db_password:-}|g" \
		-e "s|@POOL@|${CHARGEOPS_POOL_MB:-$mb}|g; s|@REDO@|${CHARGEOPS_REDO_MB:-128}|g" "$ROOT/ops/$1.in" >"$2.new"
	cmp -s "$2.new" "$2" && { rm "$2.new"; return 1; }
	mv "$2.new" "$2"
}

port() {
	local p=''
	[ ! -f "$CONF" ] || p=$(conf_get "$1_port")
	[ -z "$p" ] || { echo "$p"; return; }
	[ ! -f "$CONF" ] || [ "$1" = http ] || local port_base=$(conf_get http_port)
	case $1 in http) echo "$port_base" ;; pile) echo $((port_base + 1)) ;; mqtt) echo $((port_base + 2)) ;; ocpp) echo $((port_base + 4)) ;; bike) echo $((port_base + 5)) ;; esac
}
listen_address() { local l=''; [ -f "$CONF" ] && l=$(conf_get listen); echo "${l:-127.0.0.1}"; }
random_hex() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

check_ports() {
	local p
	for p in "$port_base" $((port_base + 1)) $((port_base + 2)) $((port_base + 4)) $((port_base + 5)); do
		! (: <"/dev/tcp/127.0.0.1/$p") 2>/dev/null ||
			die "port $p is taken by another program: ./chargeops up --port-base N takes N, N+1, N+2, N+4 and N+5"
	done
}

make_instance() {
	[ ${#RUN} -le 80 ] || die "the path $RUN is too long for UNIX sockets (80 characters): clone into a shorter folder"
	mkdir -p "$VAR" "$RUN" "$PROC" "$LOG" "$VAR/data" "$VAR/tmp" "$VAR/nginx" "$VAR/mosquitto" "$VAR/data/mosquitto"
	touch "$VAR/data/mosquitto/passwd" "$VAR/data/mosquitto/acl"         # the camera daemon writes them
	chmod 600 "$VAR/data/mosquitto/passwd" "$VAR/data/mosquitto/acl"
	[ -f "$VAR/secret.key" ] || random_hex 32 >"$VAR/secret.key"
	if [ -f "$CONF" ]; then                                              # made before there were e-bike sockets
		grep -q '^bike_port' "$CONF" || echo "bike_port = $(port bike)" >>"$CONF"
		sed -i 's/^webhook_private /private_peers /' "$CONF"            # it had another name
		grep -q '^private_peers' "$CONF" || echo "private_peers = 1" >>"$CONF"
		return
	fi
	check_ports
	db_password=$(random_hex 16)
	fill chargeops.conf "$CONF.first" || true
	mv "$CONF.first" "$CONF"
}

# CHARGEOPS_SEED: a database folder with the schema in it, to be copied (ops/test.sh makes it).
make_database() {
	[ -d "$VAR/mysql/mysql" ] && return
	rm -rf "$VAR/mysql"
	[ -z "${CHARGEOPS_SEED:-}" ] || { cp -r --reflink=auto "$CHARGEOPS_SEED" "$VAR/mysql"; return; }
	note "making the database"
	mariadb-install-db --no-defaults --datadir="$VAR/mysql" --user="$(id -un)" --auth-root-authentication-method=normal \
		--skip-test-db --skip-name-resolve >"$LOG/mysql-install.log" 2>&1 ||
		{ show_log mysql-install; die "mariadb-install-db failed"; }
}

make_schema_owner() {
	local name user password
	name=$(conf_get db_name) user=$(conf_get db_user) password=$(conf_get db_password)
	sql -e "create database if not exists \`$name\` character set utf8mb4 collate utf8mb4_general_ci;
		create user if not exists '$user'@'localhost';
		alter user '$user'@'localhost' identified by '$password';
		grant all on \`$name\`.* to '$user'@'localhost';"
}

# --- components: how each is started, and how one sees that it answers

wanted() {
	case $1 in
	mysql | mosquitto | nginx) return 0 ;;
	cron) [ ! -f "$VAR/no-cron" ] ;;
	sim) [ -f "$VAR/demo" ] && program pilesim >/dev/null ;;
	paysim) [ -f "$VAR/demo" ] && program paysim >/dev/null ;;
	*) program "$1" >/dev/null ;;
	esac
}

zone() { # the operator's fixed offset as TZ wants it: east is negative
	local s
	s=$(conf_get zone_offset)
	s=${s:-28800}
	printf 'OPS%s%02d:%02d' "$([ "$s" -lt 0 ] && echo + || echo -)" $((${s#-} / 3600)) $((${s#-} / 60 % 60))
}

start_one() {
	case $1 in
	mysql) launch mysql mariadbd --defaults-file="$VAR/mysql.cnf" --user="$(id -un)" ;;
	mosquitto) launch mosquitto mosquitto -c "$VAR/mosquitto.conf" ;;
	nginx) launch nginx nginx -e "$LOG/nginx.error.log" -p "$VAR" -c "$VAR/nginx.conf" ;;
	cron) launch cron env TZ="$(zone)" PATH="$BUILD:$PATH" "$ROOT/ops/cron.sh" --crontab "$ROOT/ops/crontab" ;;
	sim) launch sim "$(program pilesim)" --demo ;;
	paysim) launch paysim "$(program paysim)" --port=$(($(port http) + 3)) --dir="$VAR/paysim" ;;
	*) rm -f "$RUN/$1.ready"; launch "$1" "$(program "$1")" ;;
	esac
	mark_program "$1"
}

is_ready() {
	case $1 in
	mysql) mariadb-admin --no-defaults --socket="$RUN/mysql.sock" --user=root ping >/dev/null 2>&1 ;;
	mosquitto) (: <"/dev/tcp/$(listen_address)/$(port mqtt)") 2>/dev/null ;;
	nginx) (: <"/dev/tcp/$(listen_address)/$(port http)") 2>/dev/null ;;
	cron | sim) running "$1" ;;
	paysim) [ -f "$VAR/paysim/account.json" ] && (: <"/dev/tcp/127.0.0.1/$(($(port http) + 3))") 2>/dev/null ;;
	*) [ -f "$RUN/$1.ready" ] && [ "$(cat "$RUN/$1.ready")" = "$(cat "$PROC/$1.child" 2>/dev/null)" ] ;;
	esac
}

advice() {
	case $1 in
	nginx) echo "is port $(port http) taken? change http_port and url in $CONF" ;;
	mosquitto) echo "is port $(port mqtt) taken? change mqtt_port in $CONF" ;;
	gateway) echo "is port $(port pile) taken? change pile_port in $CONF" ;;
	mysql) echo "is the disk full? the whole log: $LOG/mysql.log" ;;
	*) echo "the whole log: $LOG/$1.log" ;;
	esac
}

deaths() { awk '/event=launch/ { n = 0 } /event=died/ { n++ } END { print n + 0 }' "$LOG/$1.log"; }

await() {
	local i
	for ((i = 0; i < 600; i++)); do
		is_ready "$1" && return
		[ "$(deaths "$1")" -lt 2 ] || break
		sleep 0.05
	done
	show_log "$1"
	halt "$1"
	die "$1 does not start: $(advice "$1")"
}

# A program that was built anew, or whose configuration changed, is started anew.
program_mark() {
	local p
	case $1 in
	mysql) p=$VAR/mysql.cnf ;;
	mosquitto) p=$VAR/mosquitto.conf ;;
	nginx) p=$VAR/nginx.conf ;;
	cron) p=$ROOT/ops/cron.sh ;;
	sim) p=$(program pilesim) ;;
	*) p=$(program "$1") ;;
	esac
	cksum <"$p"
	cksum <"$CONF"
}
mark_program() { program_mark "$1" >"$PROC/$1.mark"; }

bring_up() {
	if running "$1"; then
		[ "$(program_mark "$1")" = "$(cat "$PROC/$1.mark" 2>/dev/null)" ] && return
		note "restarting $1"
		halt "$1"
	else
		note "starting $1"
	fi
	start_one "$1"
}

write_configs() {
	fill mysql.cnf "$VAR/mysql.cnf" || true
	fill mosquitto.conf "$VAR/mosquitto.conf" || true
	nginx_changed=''
	fill nginx.upstream "$VAR/nginx/upstream.conf" && nginx_changed=1
	fill nginx.site "$VAR/nginx/site.conf" && nginx_changed=1
	fill nginx.conf "$VAR/nginx.conf" || true
}

# Jobs print their key=value lines on standard output; an unknown one is not there yet in this build.
job_if_there() {
	"$(program job)" --list | grep -qx "$1" || return 0
	"$(program job)" "$@" 2>>"$LOG/job.log" || { show_log job; die "job $1 failed"; }
}

load_demo() {
	[ -f "$VAR/demo" ] && return
	"$(program job)" --list | grep -qx demo || return 0
	note "loading the demo operator"
	job_if_there demo
	touch "$VAR/demo"
}

# Logs are opened for appending, so cutting one under its writer is safe; a server's journal does this by itself.
trim_logs() {
	local f
	for f in $(find "$LOG" -name '*.log' -size +20M); do
		tail -c 1000000 "$f" >"$f.1"
		: >"$f"
	done
}

reload_pages() {
	local c
	[ -n "$(find "$ROOT/templates" "$ROOT/static/vendor/manifest.hdf" -newer "$VAR/.pages" -print -quit 2>/dev/null)" ] || [ ! -f "$VAR/.pages" ] || return 0
	touch "$VAR/.pages"
	for c in admin driver open; do running "$c" && kill -HUP "$pid" || true; done
}

addresses() {
	local url code
	url=$(conf_get url)
	code=$(sql "$(conf_get db_name)" -e "select code from connector where deleted = 0 order by id limit 1" 2>/dev/null || true)
	printf '%s\n' "url=$url" "admin_url=$url/admin/" "driver_url=$url/c/${code:-CONNECTOR}" "developer_url=$url/dev/" \
		"pile_port=$(port pile)" "mqtt_port=$(port mqtt)" "ocpp_port=$(port ocpp)" "bike_port=$(port bike)" "config=$CONF"
}

do_up() {
	local bare='' build=1 c
	port_base=8080
	while [ $# -gt 0 ]; do
		case $1 in
		--bare) bare=1 ;;
		--no-build) build='' ;;
		--port-base) port_base=${2:-} && shift ;;
		--port-base=*) port_base=${1#*=} ;;
		*) help_up >&2; exit 2 ;;
		esac
		shift
	done
	[[ $port_base =~ ^[0-9]+$ ]] && [ "$port_base" -ge 1024 ] && [ "$port_base" -le 65000 ] ||
		die "--port-base wants a number from 1024 to 65000"
	[ -z "$build" ] || build_all
	make_instance
	write_configs
	make_database
	bring_up mysql
	await mysql
	make_schema_owner
	job_if_there migrate --quiet
	first=$(job_if_there first_admin)
	[ -n "$bare" ] || load_demo
	for c in $(later_components); do wanted "$c" && bring_up "$c"; done
	for c in $(later_components); do wanted "$c" && await "$c"; done
	for c in account account_suixingpay account_leshua; do
		wanted paysim && job_if_there channel_sandbox --file "$VAR/paysim/$c.json" --quiet
	done
	[ -z "$nginx_changed" ] || { running nginx && kill -HUP "$pid"; }
	reload_pages
	trim_logs
	addresses
	[ -z "$first" ] || printf '%s\n' "$first"
}

do_down() {
	local c list=''
	[ -d "$PROC" ] || return 0
	for c in $COMPONENTS; do list="$c $list"; done
	for c in $list; do [ "$c" = mysql ] || halt "$c" & done
	wait
	halt mysql
	note "all is down; ./chargeops up starts it again"
}

do_status() {
	local c state all=0
	need_instance
	for c in $COMPONENTS; do
		wanted "$c" || continue
		if ! running "$c"; then state=down all=3; elif is_ready "$c"; then state=up; else state=starting; fi
		printf '%s=%s\n' "$c" "$state"
	done
	addresses
	return $all
}

do_logs() {
	local follow=-F name=''
	need_instance
	while [ $# -gt 0 ]; do
		case $1 in --no-follow) follow='' ;; *) name=$1 ;; esac
		shift
	done
	[ -z "$name" ] || [ -f "$LOG/$name.log" ] || die "no log of $name; there are: $(cd "$LOG" && echo *.log)"
	exec tail -n 50 $follow "$LOG"/${name:-*}.log
}

known() {
	local c
	need_instance
	for c in $COMPONENTS; do [ "$c" = "${1:-}" ] && return; done
	die "a component, please: $COMPONENTS"
}
do_start() { known "$@"; write_configs; bring_up "$1"; await "$1"; }
do_stop() { known "$@"; halt "$1"; }
do_restart() { known "$@"; halt "$1"; do_start "$1"; }
