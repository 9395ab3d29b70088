# test.sh - every test, on scratch instances of its own, in a build of its own (warnings are errors, ASan and UBSan watch).
# Owns build-test/. Serves ./chargeops test and .ci/run.
. "$ROOT/ops/build.sh"
. "$ROOT/ops/instance.sh"

KINDS="lint unit fuzz gateway system browser"
STREAMS="gateway:browser lint:unit:fuzz:system"               # of a whole run: two at a time, about as long as each other

help_test() {
	cat <<'TEXT'
usage: ./chargeops test [KIND...] [-- pytest options]
       ./chargeops test features [FILE]

  lint      the laws of the house: includes, sizes, words, texts, statements
  unit      cmocka programs (make check)
  fuzz      every parser's harness over its corpus and mutations, longer than make check does
  gateway   scripted peers against the real daemons
  system    real database, web server, workers and daemons, driven over HTTP
  browser   Chromium clicks through it
  features  which test proves which behaviour; with the acceptance list as FILE also what has none

No KIND: all but features, two at a time, what each says also in build-test/test-KIND.log. Builds into build-test/ with sanitizers; instances under build-test/var-*; free ports; `up` may go on running.
Ends with one line a kind; exit 1 if anything failed or a kind could not run.
CHARGEOPS_TEST_BUILD names another build folder, CHARGEOPS_TEST_CONFIGURE other configure options.
TEXT
}

declare -A result seconds

note_result() { # note_result KIND EXIT
	case $2 in 0) result[$1]=passed ;; 5) result[$1]="nothing to run" ;; *) result[$1]=FAILED ;; esac
}

run_pytest() { # run_pytest FOLDER
	[ -d "$ROOT/$1" ] && [ -n "$(find "$ROOT/$1" -name 'test_*.py' -print -quit)" ] || return 5
	(cd "$ROOT" && env -u CHARGEOPS_CONF CHARGEOPS_BUILD="$BUILD" PYTHONDONTWRITEBYTECODE=1 \
		/usr/bin/python3 -m pytest -q -ra --durations=5 -p no:cacheprovider "$1" "${pytest_options[@]}")
}

run_unit() {
	local rc=0
	(cd "$BUILD" && ASAN_OPTIONS=detect_leaks=1 make -j"$(nproc)" check >"$BUILD/check.log" 2>&1) || rc=1
	grep -E '^# (TOTAL|PASS|SKIP|FAIL|XFAIL|XPASS|ERROR):' "$BUILD/check.log" || rc=1
	[ $rc = 0 ] || { grep -E '^(FAIL|ERROR)' "$BUILD/check.log" || tail -n 30 "$BUILD/check.log"; note "details: $BUILD/test-suite.log"; }
	return $rc
}

# The harnesses of make check, longer; FUZZ_SECONDS and FUZZ_SEED (another seed, other inputs) from outside count.
run_fuzz() {
	local p rc=5
	for p in "$BUILD"/t/fuzz/*_fuzz; do
		[ -x "$p" ] || continue
		[ $rc != 5 ] || rc=0
		(cd "$BUILD" && CHARGEOPS_SRC=$ROOT FUZZ_ITERATIONS=100000000 FUZZ_SECONDS=${FUZZ_SECONDS:-10} \
			FUZZ_SEED=${FUZZ_SEED:-1} "$p" 2>&1 | tail -n 3) || { note "$(basename "$p"): failed"; rc=1; }
	done
	return $rc
}

run_kind() {
	case $1 in
	lint) run_pytest t/lint ;;
	unit) run_unit ;;
	fuzz) run_fuzz ;;
	gateway | system | browser) run_pytest "t/$1" ;;
	esac
}

build_tests() {
	install_packages test
	build_assets
	build_programs ${CHARGEOPS_TEST_CONFIGURE---enable-sanitize}
	cd "$BUILD"
	logged check-programs make -j"$(nproc)" check TESTS=
	cd "$ROOT"
}

# The schema, made once and copied by every instance that starts after it.
make_seed() (
	export CHARGEOPS_VAR=$BUILD/var-seed CHARGEOPS_BUILD=$BUILD CHARGEOPS_REDO_MB=32
	. "$ROOT/ops/common.sh"
	check_ports() { :; }                                      # nothing but the database starts
	port_base=19990
	unchanged "$BUILD/seed/.mark" "$ROOT"/sql/*.sql "$ROOT/ops/mysql.cnf.in" "$(command -v mariadbd)" && return
	rm -rf "$VAR" "$BUILD/seed"
	make_instance
	write_configs
	make_database
	bring_up mysql
	await mysql
	make_schema_owner
	job_if_there migrate --quiet
	halt mysql
	mv "$VAR/mysql" "$BUILD/seed"
	rm -rf "$VAR"
	printf '%s\n' "$mark" >"$BUILD/seed/.mark"
)

# Kinds one after the other; what each says and how it ended stay in files of the build.
run_kinds() {
	local k rc start
	for k; do
		start=$SECONDS rc=0
		run_kind "$k" >"$BUILD/test-$k.log" 2>&1 || rc=$?
		echo "$rc $((SECONDS - start))" >"$BUILD/test-$k.end"
	done
}

# What a kind said, when it has ended, by itself or with its stream.
tell_kind() {
	local rc
	while [ ! -s "$BUILD/test-$1.end" ] && [ -n "$(jobs -r)" ]; do sleep 0.2; done
	note "== $1"
	cat "$BUILD/test-$1.log" || true
	read -r rc "seconds[$1]" <"$BUILD/test-$1.end" || rc=1 seconds[$1]=0
	note_result "$1" "$rc"
}

# Streams side by side, each its own process group, so that an interrupt ends all of both and their instances.
run_streams() {
	local s k
	set -m
	for s in $STREAMS; do run_kinds ${s//:/ } & done
	trap 'for s in $(jobs -p); do kill -INT -- "-$s" 2>/dev/null; done; wait; exit 130' INT TERM
	for k in $KINDS; do tell_kind "$k"; done
	wait
	trap - INT TERM
	set +m
}

run_here() {
	local k rc start
	for k; do
		note "== $k"
		start=$SECONDS rc=0
		run_kind "$k" || rc=$?
		note_result "$k" $rc
		seconds[$k]=$((SECONDS - start))
	done
}

do_test() {
	local kinds='' k bad=0
	pytest_options=()
	while [ $# -gt 0 ]; do
		case $1 in
		--) shift; pytest_options=("$@"); break ;;
		features) shift; exec /usr/bin/python3 "$ROOT/t/features.py" "$@" ;;
		lint | unit | fuzz | gateway | system | browser) kinds="$kinds $1" ;;
		*) help_test >&2; exit 2 ;;
		esac
		shift
	done
	BUILD=$(realpath -ms "${CHARGEOPS_TEST_BUILD:-$ROOT/build-test}")
	# Leaks are looked for in the unit tests; a worker ends by exit with its caches full.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:abort_on_error=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
	[ "$kinds" = " lint" ] || { build_tests; make_seed; export CHARGEOPS_SEED=$BUILD/seed; }
	rm -f "$BUILD"/test-*.end
	if [ -n "$kinds" ]; then run_here $kinds; else run_streams; fi
	for k in ${kinds:-$KINDS}; do
		printf '%-8s %s (%d s)\n' "$k" "${result[$k]}" "${seconds[$k]}"
		[ "${result[$k]}" = passed ] || bad=1
	done
	return $bad
}
