#!/bin/bash
# The one command that checks everything:
#
#   tests/run.sh           all checks, with real PostgreSQL and MariaDB servers
#   tests/run.sh --long    the same with more rounds in tests that have them
#   tests/run.sh --quick   one build and the linter, for use while writing
#
# It installs the Debian packages that are missing (as root; else it says which),
# copies the sources to a temporary folder, builds and tests there, and touches
# nothing else.  --keep leaves that folder.  The last line counts single tests.
set -uo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export GH_SHARED=${GH_SHARED:-$(dirname "$top")/shared}
jobs=$(nproc)
quick=
keep=
work=
servers=
failed_steps=0
declare -A count=([PASS]=0 [FAIL]=0 [SKIP]=0)

usage() {
	sed -n '2,/^set /{ /^#/s/^# \{0,1\}//p; }' "${BASH_SOURCE[0]}"
}

# ---- packages ---------------------------------------------------------------

missing_packages() {
	local package

	while read -r package; do
		dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null |
			grep -qx installed || printf '%s\n' "$package"
	done < <(grep -v '^#' "$top/tests/packages.txt")
}

install_packages() {
	local packages

	command -v dpkg-query >/dev/null || return 0
	mapfile -t packages < <(missing_packages)
	[ ${#packages[@]} -gt 0 ] || return 0
	if [ "$(id -u)" != 0 ]; then
		printf 'Packages are missing. As root:\n'
		printf 'apt-get install --no-install-recommends %s\n' "${packages[*]}"
		return 1
	fi
	# RUNLEVEL: the packages must not start servers of their own
	apt-get update &&
		DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y \
			--no-install-recommends "${packages[@]}"
}

# ---- steps ------------------------------------------------------------------

limited() {
	timeout --foreground --kill-after=30 "$@"
}

# step NAME COMMAND...: one line with its time; the log's end if it failed.
step() {
	local name=$1 log status started=$SECONDS

	shift
	log=$work/log/${name//[^a-z0-9]/-}.log
	printf '%-46s' "$name"
	"$@" >"$log" 2>&1
	status=$?
	printf '%-6s %3d s\n' "$([ $status = 0 ] && echo ok || echo FAILED)" $((SECONDS - started))
	[ $status = 0 ] && return
	failed_steps=$((failed_steps + 1))
	[ $status != 124 ] || printf '    stopped: it took too long\n'
	if grep -qE '^(not ok|FAIL|ERROR)' "$log"; then
		grep -E '^(not ok|FAIL|ERROR)' "$log" | head -n 40 | sed 's/^/    /'
	else
		tail -n 40 "$log" | sed 's/^/    /'
	fi
	printf '    whole log: %s\n' "$log"
	keep=yes
	return $status
}

# A copy of what git knows or would add: nothing that lies about can help a test.
copy_sources() {
	mkdir "$work/src" || return
	if [ -e "$top/.git" ]; then
		(cd "$top" && git -c safe.directory='*' ls-files -z --cached --others \
			--exclude-standard |
			while IFS= read -r -d '' path; do
				[ ! -f "$path" ] || printf '%s\0' "$path"
			done | tar -c --null -T - -f -) | tar -x -C "$work/src"
	else
		cp -R "$top/." "$work/src"
	fi
	[ -x "$work/src/configure" ] || "$work/src/autogen.sh"
}

# build_tree NAME WORD...: an out-of-tree build below the temporary folder.
build_tree() {
	local tree=$work/$1

	shift
	mkdir "$tree" && cd "$tree" && "$work/src/configure" --enable-werror "$@" &&
		limited 900 make -j"$jobs" && limited 900 make -j"$jobs" check TESTS=
}

# Adds up automake's results of one tree.  What a tree skips for want of servers
# was run in another tree and is no gap.
count_tree() {
	local kind elsewhere

	while read -r kind; do
		case $kind in
		PASS | XFAIL) count[PASS]=$((count[PASS] + 1)) ;;
		SKIP) count[SKIP]=$((count[SKIP] + 1)) ;;
		*) count[FAIL]=$((count[FAIL] + 1)) ;;
		esac
	done < <(find "$work/$1" -name '*.trs' -exec cat {} + |
		sed -n 's/^:test-result: \([A-Z]*\).*/\1/p')
	[ "$2" = servers ] && return
	elsewhere=$(find "$work/$1" -name '*.log' ! -name test-suite.log -exec cat {} + |
		grep -cE '^(ok|1\.\.0).* # SKIP no servers')
	count[SKIP]=$((count[SKIP] - elsewhere))
}

show_failed_tests() {
	find "$work/$1" -name '*.trs' -exec grep -lE '^:global-test-result: (FAIL|ERROR)' {} + |
		head -n 8 | while read -r path; do
		printf '    == %s\n' "${path%.trs}"
		grep -vE '^(ok|PASS)' "${path%.trs}.log" | tail -n 60 | sed 's/^/    /'
	done
}

# test_step NAME TREE SERVERS COMMAND...: a step that leaves results of single tests.
test_step() {
	local name=$1 tree=$2 with=$3 before=${count[FAIL]} status

	shift 3
	step "$name" "$@"
	status=$?
	count_tree "$tree" "$with"
	[ $status = 0 ] && return
	show_failed_tests "$tree"
	# its failed tests say it already
	[ "${count[FAIL]}" = "$before" ] || failed_steps=$((failed_steps - 1))
}

run_valgrind() {
	local out=$work/valgrind line number=0 status=0

	mkdir "$out" && cd "$work/clang" || return
	GH_DRIVER=$work/clang/.libs/libgatehouse.so "$work/src/tests/servers.sh" odbc "$servers" ||
		return
	local -x GH_TEST_ENV=$servers
	# shellcheck disable=SC2016 # the words are those of the other bash
	while read -r line; do
		number=$((number + 1))
		printf '%s\0%s\0' "$out/$number.out" "$line"
	done < <(grep -v '^#' "$work/src/tests/valgrind.list") |
		xargs -0 -n 2 -P "$jobs" bash -c '"$0" "$2" >"$1" 2>&1' \
			"$work/src/tests/valgrind.sh"
	status=$?
	cat "$out"/*.out
	sed -n 's/^\(:test-result: [A-Z]*\).*/\1/p' "$out"/*.out >"$out/all.trs"
	sed -n 's/^:test-result: FAIL/FAIL: under valgrind/p' "$out"/*.out
	return $status
}

# A build for the other driver manager, with its own tests and those over the fake driver.
build_iodbc() {
	local tree=$work/iodbc

	"$work/src/tests/iodbc/unpack.sh" "$work/iodbc-packages" && mkdir "$tree" && cd "$tree" &&
		"$work/src/configure" --enable-werror --with-iodbc="$work/iodbc-packages" &&
		limited 900 make -j"$jobs"
}

run_iodbc() {
	local tests='tests/odbc/test_fake tests/odbc/test_browse tests/odbc/test_trace'

	LD_LIBRARY_PATH=$(dirname "$(find "$work/iodbc-packages" -name libiodbc.so.2)") \
		limited 600 make -C "$work/iodbc" -j"$jobs" check check_PROGRAMS="$tests" \
		TESTS="$tests tests/check-exports.sh tests/iodbc/test_iodbc.py"
}

# Everything with threads, in a driver and test programs that ThreadSanitizer watches.
run_tsan() {
	GH_DRIVER=$work/tsan/.libs/libgatehouse.so "$work/src/tests/servers.sh" odbc "$servers" ||
		return
	TSAN_OPTIONS="exitcode=66 suppressions=$work/src/tests/tsan.supp" \
		limited 900 make -C "$work/tsan" check \
		TESTS='tests/unit/test_lock tests/unit/test_process tests/unit/test_journal
			tests/odbc/test_busy tests/odbc/test_fork tests/odbc/test_threads'
}

# Each fuzz target of the analyser over its corpus and the shared one, with --long for
# ten minutes more: what chance finds must not decide about a change.
run_fuzz() {
	limited 2700 "$work/src/tests/fuzz/run.sh" "$work/src" '' "${GH_LONG:+60}0" "$work/fuzz"
}

# Ten minutes without a sanitizer, which would keep what was freed.
run_soak() {
	GH_DRIVER=$work/clang/.libs/libgatehouse.so "$work/src/tests/servers.sh" odbc "$servers" &&
		GH_SOAK=600 limited 900 make -C "$work/clang" check TESTS=tests/odbc/test_soak
}

# Counts TAP like automake does.
run_quickstart() {
	local out=$work/quickstart

	mkdir "$out" && limited 600 "$work/src/tests/quickstart.sh" "$out/demo" | tee "$out/tap"
	sed -n 's/^ok .*/:test-result: PASS/p; s/^not ok .*/:test-result: FAIL/p' "$out/tap" \
		>"$out/all.trs"
	grep -q '^ok' "$out/tap" && ! grep -q '^not ok' "$out/tap"
}

# Other people's test suites, raw and governed; they count their own tests.
run_conformance() {
	local out=$work/conformance

	mkdir "$out" && cd "$work/clang" || return
	GH_TEST_ENV=$servers GH_DRIVER=$work/clang/.libs/libgatehouse.so top_srcdir=$work/src \
		limited 900 "$work/src/tests/with-driver.sh" /usr/bin/python3 \
		"$work/src/tests/conformance/run.py" "$out/suites" | tee "$out/tap"
	sed -n '/^ok .* # SKIP /{ s/.*/:test-result: SKIP/p; d; }
		s/^ok .*/:test-result: PASS/p; s/^not ok .*/:test-result: FAIL/p' \
		"$out/tap" >"$out/all.trs"
	grep -q '^ok' "$out/tap" && grep -q '^1\.\.' "$out/tap" && ! grep -q '^not ok' "$out/tap"
}

# ---- order of things --------------------------------------------------------

start_servers() {
	servers=$work/servers
	GH_DRIVER=$work/gcc/.libs/libgatehouse.so "$work/src/tests/servers.sh" start "$servers"
}

cleanup() {
	local status=$?

	trap '' INT TERM
	[ -z "$servers" ] || "$work/src/tests/servers.sh" stop "$servers"
	[ -n "$keep" ] || [ -z "$work" ] || rm -rf "$work"
	exit $status
}

check_with_servers() {
	step 'start PostgreSQL and MariaDB' start_servers || return
	GH_TEST_ENV=$servers test_step 'tests, sanitizers and servers' gcc servers \
		limited 1200 make -C "$work/gcc" -j"$jobs" check
}

run_steps() {
	step 'copy the sources, make configure' copy_sources || return
	step 'build with gcc, ASan and UBSan' build_tree gcc --enable-sanitizers CC=gcc \
		CFLAGS='-O1 -g' && check_with_servers
	if [ -n "$quick" ]; then
		step 'house rules' limited 120 make -C "$work/gcc" lint
		return
	fi
	step 'build with clang' build_tree clang CC=clang CFLAGS='-O2 -g -gdwarf-4' || return
	test_step 'tests, clang' clang none limited 900 make -C "$work/clang" -j"$jobs" check
	step 'house rules' limited 120 make -C "$work/clang" lint
	[ -z "$servers" ] || test_step 'tests, valgrind' valgrind servers run_valgrind
	[ -z "$servers" ] || [ -z "${GH_LONG:-}" ] ||
		GH_TEST_ENV=$servers test_step 'soak, ten minutes' clang servers run_soak
	[ -z "$servers" ] || { step 'build with ThreadSanitizer' build_tree tsan \
		--enable-sanitizers=thread CC=gcc CFLAGS='-O1 -g' &&
		GH_TEST_ENV=$servers test_step 'tests, ThreadSanitizer' tsan servers run_tsan; }
	[ -z "$servers" ] || test_step 'other suites, raw and governed' conformance servers \
		run_conformance
	step 'fuzz targets over their corpora' run_fuzz
	step 'build for iODBC' build_iodbc && test_step 'tests, iODBC' iodbc none run_iodbc
	test_step 'quickstart' quickstart none run_quickstart
	step 'distcheck' limited 900 make -C "$work/clang" -j"$jobs" distcheck
}

main() {
	local word

	for word in "$@"; do
		case $word in
		--long) export GH_LONG=1 ;;
		--quick) quick=yes ;;
		--keep) keep=yes ;;
		--help) usage && exit 0 ;;
		*) usage >&2 && exit 3 ;;
		esac
	done
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	work=$(mktemp -d /tmp/gh-run.XXXXXX) || exit
	mkdir "$work/log"
	unset GH_TEST_ENV MAKEFLAGS
	export ASAN_OPTIONS=print_legend=0
	step 'packages' install_packages && run_steps
	[ -z "$keep" ] || printf 'The builds and logs are in %s\n' "$work"
	# a step that failed without a failed test counts as one itself
	count[FAIL]=$((count[FAIL] + failed_steps))
	printf '%d passed, %d failed, %d skipped\n' "${count[PASS]}" "${count[FAIL]}" \
		"${count[SKIP]}"
	[ "${count[FAIL]}" = 0 ]
}

main "$@"
