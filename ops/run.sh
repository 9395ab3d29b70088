# run.sh - job, sim, replay, admin, bench: one program of the build, in the instance's configuration.
# Owns nothing. Serves ./chargeops.

help_job() { echo "usage: ./chargeops job NAME [--option VALUE] | --list; ./chargeops job NAME tells its options with: build/chargeops-job NAME --help"; }
help_sim() { echo "usage: ./chargeops sim [options] - virtual piles and cameras on real sockets:"; ! program pilesim >/dev/null || "$(program pilesim)" --help; }
help_admin() { echo "usage: ./chargeops admin - gives the administrator a new password and payment password (change forced), prints them once"; }
help_bench() {
	echo "usage: ./chargeops bench NAME [options] - measures on scratch data of its own, beside a baseline of the same run; NAME is one of:"
	bench_names | sed 's/^/  /'
}

help_replay() { /usr/bin/python3 "$ROOT/ops/replay.py" --help; }
do_replay() { exec /usr/bin/python3 "$ROOT/ops/replay.py" "$@"; }

built() { program "$1" >/dev/null || die "$1 is not built: ./chargeops up"; }
do_job() { need_instance; built job; exec "$(program job)" "$@"; }
do_sim() { need_instance; built pilesim; exec "$(program pilesim)" "$@"; }
do_admin() { need_instance; built job; exec "$(program job)" first_admin --reset 1; }

bench_names() {
	local f
	for f in "$ROOT"/t/bench/bench_*.py; do [ ! -f "$f" ] || basename "$f" .py | sed 's/^bench_//'; done
}
do_bench() {
	local name=${1:-}
	[ -n "$name" ] && [ -f "$ROOT/t/bench/bench_$name.py" ] || { help_bench >&2; exit 2; }
	shift
	. "$ROOT/ops/build.sh"
	install_packages test
	BUILD=$(realpath -ms "${CHARGEOPS_BUILD:-$ROOT/build}")
	build_all
	cd "$ROOT"
	exec env -u CHARGEOPS_CONF CHARGEOPS_BUILD="$BUILD" PYTHONPATH="$ROOT/t/system:$ROOT/t" /usr/bin/python3 "t/bench/bench_$name.py" "$@"
}
