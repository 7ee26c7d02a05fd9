#!/bin/bash
# Counts the instructions that the governed driver adds to a call, with
# valgrind: the same loop is counted for two numbers of turns on the raw and on
# the governed data source, so that connecting and starting fall out.  Prints
# one JSON line a figure.
set -euo pipefail

target=${1:-sqlite}
bench=${top_builddir:?}/tests/bench/bench_odbc
policy=${top_srcdir:?}/tests/odbc/transparent.xml
suffix=${GH_ODBC_GOVERNED:-gh}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Instructions of one loop: FIGURE CONNECTION-TEXT TURNS
count() {
	valgrind --tool=callgrind --callgrind-out-file="$folder/out" "$bench" --loop "$1" "$2" \
		"$3" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
	sed -n 's/^summary: *\([0-9]*\).*/\1/p;s/^totals: *\([0-9]*\).*/\1/p' "$folder/out" |
		head -n 1
}

# Instructions a turn: FIGURE CONNECTION-TEXT FEW MANY
per_turn() {
	local few many

	few=$(count "$1" "$2" "$3")
	many=$(count "$1" "$2" "$4")
	awk -v a="$few" -v b="$many" -v n="$(($4 - $3))" 'BEGIN { printf "%.1f", (b - a) / n }'
}

governed="DSN=$target-$suffix"
[ "$suffix" = raw ] || governed="$governed;Policy=$policy"
if ! "$bench" --loop fill "$target-raw" 1; then
	echo "callgrind.sh: $target-raw cannot be filled" >&2
	exit 1
fi
# figure, name, turns (few and many, inside one result of 10,000 rows)
while read -r word name few many; do
	raw=$(per_turn "$word" "DSN=$target-raw" "$few" "$many")
	ours=$(per_turn "$word" "$governed" "$few" "$many")
	awk -v n="$name" -v g="$ours" -v r="$raw" -v t="$target" 'BEGIN {
		printf "{\"figure\":\"%s instructions\",\"governed\":%.1f,\"raw\":%.1f,", n, g, r
		printf "\"added\":%.1f,\"ratio\":%.3f,\"unit\":\"instructions/call\",", g - r,
			(r > 0) ? g / r : 0
		printf "\"target\":\"%s\"}\n", t }'
done <<END
fetch SQLFetch 1000 3000
get SQLGetData 5000 15000
columns SQLNumResultCols 1000 11000
execute SQLExecute 100 400
END
