# build.sh - what must be installed, page assets, the build.
# Owns build/ and static/vendor/. Serves up and test.

packages() { sed -n "s/#.*//; /^test /d; /./p" "$ROOT/ops/packages"; [ "${1:-}" != test ] || sed -n 's/^test //p' "$ROOT/ops/packages"; }

missing_packages() {
	local p
	for p in $(packages "$@"); do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || printf '%s ' "$p"
	done
	[ ! -f "$ROOT/static/package.json" ] || command -v npm >/dev/null || printf 'nodejs npm '
}

as_root() { if is_root; then "$@"; else sudo "$@"; fi; }

# Debian starts a service it has just installed; ours run privately, so those are put to rest again.
rest_services() {
	local s
	[ -d /run/systemd/system ] || return 0
	for s in nginx mosquitto; do
		case " $1 " in *" $s"*) as_root systemctl disable --now "$s" >/dev/null 2>&1 || true ;; esac
	done
}

install_packages() {
	local list
	list=$(missing_packages "$@")
	[ -n "$list" ] || return 0
	command -v apt-get >/dev/null || die "this machine has no apt-get; install the equivalents of: $list"
	is_root || command -v sudo >/dev/null || die "sudo is missing; as root: apt-get install --no-install-recommends $list"
	note "installing $list"
	mkdir -p "$BUILD"
	as_root apt-get update -qq >"$BUILD/apt-update.log" 2>&1 || note "apt-get update failed; trying with the lists that are there"
	logged apt as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $list
	rest_services "$list"
}

# npm ci when the lock changed; vendor/ anew when anything that goes into it did.
# unchanged MARKFILE FILE...: the files are as they were when the mark was made.
unchanged() {
	local file=$1
	shift
	mark=$(cat "$@" 2>/dev/null | cksum)
	[ "$(cat "$file" 2>/dev/null)" = "$mark" ]
}

build_assets() {
	local mark s=$ROOT/static
	[ -f "$s/package.json" ] || return 0
	if ! unchanged "$s/node_modules/.mark" "$s/package.json" "$s/package-lock.json"; then
		note "fetching the page assets"
		(cd "$s" && NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt} \
			npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || die "npm ci failed in static/ (is the network reachable?)"
		printf '%s\n' "$mark" >"$s/node_modules/.mark"
	fi
	unchanged "$s/vendor/.mark" "$s/node_modules/.mark" "$s"/build.sh "$s"/css/* "$s"/js/* "$s"/screen/* "$s"/img/* && return
	(cd "$s" && ./build.sh >&2) || die "static/build.sh failed"
	printf '%s\n' "$mark" >"$s/vendor/.mark"
}

logged() { # logged NAME COMMAND...: quiet when fine, the log's end when not
	local log=$BUILD/$1.log
	shift
	"$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "$* failed; the whole log: $log"; }
}

# build_programs CONFIGURE-OPTION...: the options count when the folder is new.
build_programs() {
	local cc=gcc
	! command -v ccache >/dev/null || cc="ccache gcc"
	mkdir -p "$BUILD"
	[ "$ROOT/configure" -nt "$ROOT/configure.ac" ] || { cd "$ROOT" && logged autoreconf autoreconf -fi; }
	cd "$BUILD"
	[ -f Makefile ] || { note "configuring"; logged configure "$ROOT/configure" CC="${CC:-$cc}" "$@"; }
	! make -n all-am 2>/dev/null | grep -qv 'config\.h' || note "building"
	logged make make -j"$(nproc)" all
	cd "$ROOT"
}

build_all() {
	install_packages
	build_assets
	build_programs --enable-release
}
