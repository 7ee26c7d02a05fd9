#!/bin/bash
# make bench: starts private servers where none are given, runs the figures on
# SQLite and PostgreSQL, and those of the SQL analysis; prints one JSON line a
# figure and then a table with the gates.  Fails if one is missed.  The lines stay
# in bench.jsonl in the build folder.
set -euo pipefail

source=${top_srcdir:?} build=${top_builddir:?}
out=$build/bench.jsonl
own=
cleanup() {
	[ -z "$own" ] || { "$source/tests/servers.sh" stop "$own"; rm -rf "$own"; }
}
trap cleanup EXIT
if [ -z "${GH_TEST_ENV:-}" ]; then
	own=$(mktemp -d)
	"$source/tests/servers.sh" start "$own"
	# shellcheck source=/dev/null
	. "$own/env"
fi
export GH_BENCH_POLICY=$source/tests/odbc/transparent.xml
: >"$out"
for target in ${GH_BENCH_TARGETS:-sqlite pg}; do
	grep -q "^\[$target-raw\]" "$ODBCINI" || continue
	"$build/tests/bench/bench_odbc" "$target" | tee -a "$out"
done
statements=("$source/tests/bench/statements.jsonl")
# statements of the TPC, which may not be copied; only where they are
[ -z "${GH_SHARED:-}" ] || statements+=("$GH_SHARED/corpus/sql/lineage_bench.jsonl")
"$build/tests/bench/bench_sql" "${statements[@]}" | tee -a "$out"
for more in ${GH_BENCH_MORE:-}; do # programs that print figures of their own
	"$more" | tee -a "$out"
done
if command -v valgrind >/dev/null; then
	"$source/tests/bench/callgrind.sh" | tee -a "$out"
else
	echo 'bench.sh: no valgrind: instructions are not counted' >&2
fi
echo
/usr/bin/python3 "$source/tests/bench/table.py" "$out"
