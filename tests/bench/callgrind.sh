#!/bin/bash
# Counts the instructions that the governed driver adds to a call, with valgrind.
# Only what happens inside the measured calls is counted (callgrind switches on
# and off at a function of bench_odbc that makes them), for two numbers of turns
# whose difference is divided, so that what only the first call does falls out.
#
# `added` is what the driver's own code does: for fetching, cells and column
# counts it calls nothing but the target.  SQLExecute and the close that follows
# it write two journal records with functions of other libraries, so there the two
# sides' totals are compared; `journal` is what of that the records cost.  Prints
# one JSON line a figure.
set -euo pipefail

target=${1:-sqlite}
bench=${top_builddir:?}/tests/bench/bench_odbc
policy=${top_srcdir:?}/tests/odbc/transparent.xml
suffix=${GH_ODBC_GOVERNED:-gh}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Runs one loop: FUNCTION FIGURE CONNECTION-TEXT TURNS
run() {
	valgrind --tool=callgrind --callgrind-out-file="$folder/out" --toggle-collect="$1" \
		"$bench" --loop "$2" "$3" "$4" >"$folder/log" 2>&1 || {
		cat "$folder/log" >&2
		exit 1
	}
}

annotate() {
	callgrind_annotate --auto=no --threshold=100 "$@" "$folder/out" 2>/dev/null | tr -d ,
}

# Of the last run: all instructions, the driver's own, and the journal's with all it calls.
counts() {
	local total own journal

	total=$(sed -n 's/^summary: *\([0-9]*\).*/\1/p;s/^totals: *\([0-9]*\).*/\1/p' \
		"$folder/out" | head -n 1)
	own=$(annotate | awk '/libgatehouse[.]so/ { sum += $1 } END { print sum + 0 }')
	journal=$(annotate --inclusive=yes | awk '/:gh_journal_append/ && $1 > most { most = $1 }
		END { print most + 0 }')
	printf '%s %s %s\n' "$total" "$own" "$journal"
}

# The same for one turn: FUNCTION FIGURE CONNECTION-TEXT FEW MANY
per_turn() {
	run "$1" "$2" "$3" "$4"
	counts >"$folder/few"
	run "$1" "$2" "$3" "$5"
	counts >"$folder/many"
	paste "$folder/few" "$folder/many" | awk -v n="$(($5 - $4))" '{
		printf "%.1f %.1f %.1f\n", ($4 - $1) / n, ($5 - $2) / n, ($6 - $3) / n }'
}

governed="DSN=$target-$suffix"
[ "$suffix" = raw ] || governed="$governed;Policy=$policy"
if ! "$bench" --loop fill "$target-raw" 1; then
	echo "callgrind.sh: $target-raw cannot be filled" >&2
	exit 1
fi
# function, figure, name, turns (few and many, inside one result of 10,000 rows), what is added
while read -r function word name few many added; do
	read -r raw _ < <(per_turn "$function" "$word" "DSN=$target-raw" "$few" "$many")
	read -r ours own journal < <(per_turn "$function" "$word" "$governed" "$few" "$many")
	[ "$added" = own ] || own=$(awk -v g="$ours" -v r="$raw" 'BEGIN { print g - r }')
	awk -v n="$name" -v g="$ours" -v r="$raw" -v t="$target" -v j="$journal" \
		-v a="$own" 'BEGIN {
		printf "{\"figure\":\"%s instructions\",\"governed\":%.1f,\"raw\":%.1f,", n, g, r
		printf "\"added\":%.1f,\"journal\":%.1f,", a, j
		printf "\"ratio\":%.3f,", (r > 0) ? g / r : 0
		printf "\"unit\":\"instructions/call\",\"target\":\"%s\"}\n", t
		if (j > 0) {
			printf "{\"figure\":\"%s without journal\",\"governed\":%.1f,", n, g - j
			printf "\"raw\":%.1f,\"unit\":\"instructions/call\",", r
			printf "\"target\":\"%s\"}\n", t
		} }'
done <<END
fetch_rows fetch SQLFetch 1000 3000 own
row_of_cells get SQLGetData 5000 15000 own
count_columns columns SQLNumResultCols 1000 11000 own
execute_once execute SQLExecute 100 400 all
END
