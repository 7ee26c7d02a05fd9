#!/bin/bash
# Runs a command with the ODBC files and databases of tests/servers.sh:
#
#   with-driver.sh COMMAND...
#
# GH_TEST_ENV is the folder that servers.sh started in.  Where the driver was
# built with AddressSanitizer (GH_SANITIZED, CC), a program that was not needs
# the sanitizer's library before all others; such programs' own leaks are not
# ours to judge.
set -euo pipefail

if [ -z "${GH_TEST_ENV:-}" ]; then
	echo 'with-driver.sh: no servers: GH_TEST_ENV is not set (run tests/run.sh)' >&2
	exit 77
fi
# shellcheck source=/dev/null
. "$GH_TEST_ENV/env"
words=()
here=$(cd "$(dirname "$0")" && pwd)
options=detect_leaks=0:suppressions=$here/asan.supp:exitcode=99
case ${GH_SANITIZED:-} in
*address*)
	compiler=${CC:-gcc}
	# a name that the compiler doesn't find comes back as it went in; clang finds
	# gcc's library too, so its own is asked for first
	for name in "libclang_rt.asan-$(uname -m).so" libasan.so; do
		library=$(${compiler%% *} -print-file-name="$name")
		[ "$library" = "$name" ] || break
	done
	words=("LD_PRELOAD=$library")
	# clang's starts a program for symbols, which inherits the library, hangs, and
	# holds our output open for ever
	case $library in
	*libclang_rt*) options=$options:symbolize=0 ;;
	esac
	;;
esac
export ASAN_OPTIONS="$options${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"
exec env "${words[@]}" "$@"
