#!/bin/bash
# Runs fuzz targets with libFuzzer, ASan and UBSan, one process at a time:
#
#   make fuzz FUZZ='sql lexer rewrite' FUZZ_SECONDS=60 FUZZ_DIR=fuzz
#   tests/fuzz/run.sh TOP [TARGETS [SECONDS [FOLDER]]]
#
# A target starts from its corpus in the tree, and those of the analyser from the
# shared corpora too (GH_SHARED), where they are; with 0 SECONDS it runs these only.
# FOLDER keeps the build and what was found new, for the next time.  Ends with 1 at
# the first finding and names its input.  Prints the CPU time of each target.  Needs
# clang and libclang-rt-dev.
set -euo pipefail

top_srcdir=$(cd "$1" && pwd)
targets=${2:-sql lexer rewrite}
seconds=${3:-60}
out=${4:-fuzz}
sanitize=-fsanitize=address,undefined
export top_srcdir

build() {
	mkdir -p "$out/build" "$out/found"
	out=$(cd "$out" && pwd)
	cd "$out/build"
	[ -e Makefile ] || "$top_srcdir/configure" CC=clang \
		CFLAGS="-O1 -g $sanitize,fuzzer-no-link -fno-sanitize-recover=all"
	make -j2 libcore.la
}

# The words of the language, for libFuzzer to put together.
dictionary() {
	sed -n 's/^GH_SQL_KEYWORD([^,]*, *"\([^"]*\)".*/"\1 "/p' \
		"$top_srcdir/driver/sql/keywords.def"
	printf '"%s"\n' "'" '\"' '`' '[' ']' '/*!' '*/' '--' '\x0a' '$$' "E'" "U&'" '::' '(((' ','
}

# What the target is fed beside what it found before.
corpora() {
	mkdir -p "$out/corpus/$1" "$out/seeds/$1"
	printf '%s\n' "$out/corpus/$1" "$top_srcdir/tests/fuzz/corpus/$1"
	case $1 in
	sql | lexer | rewrite)
		python3 "$top_srcdir/tests/fuzz/seeds.py" "$1" "$out/seeds/$1"
		printf '%s\n' "$out/seeds/$1"
		;;
	esac
}

link() {
	local helper=()

	[ "$1" != sql ] && [ "$1" != rewrite ] || helper=("$top_srcdir/tests/fuzz/sql_input.c")
	clang -std=c11 -O1 -g $sanitize,fuzzer -I"$top_srcdir/include" -o "$out/fuzz_$1" \
		"$top_srcdir/tests/fuzz/fuzz_$1.c" "${helper[@]}" .libs/libcore.a \
		-lcrypto -lxml2 -lodbcinst
}

run_target() {
	local folders log=$out/$1.log limit=-max_total_time=$seconds

	[ "$seconds" != 0 ] || limit=-runs=0
	link "$1"
	mapfile -t folders < <(corpora "$1")
	TIMEFORMAT="fuzz_$1: %U s of CPU"
	time "$out/fuzz_$1" "$limit" -max_len=4096 -timeout=25 \
		-rss_limit_mb=2048 -dict="$out/dictionary" -artifact_prefix="$out/found/$1-" \
		-print_final_stats=1 "${folders[@]}" 2>"$log" || {
		tail -n 60 "$log"
		return 1
	}
	grep -E '^stat::(number_of_executed_units|peak_rss_mb)' "$log"
}

build
dictionary >"$out/dictionary"
for target in $targets; do
	run_target "$target"
done
