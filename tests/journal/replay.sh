#!/bin/sh
# Replays the seed corpora of the journal's fuzz targets.
n=0
echo 1..2
for noun in record checkpoint; do
	n=$((n + 1))
	if "${top_builddir:?}/tests/fuzz/fuzz_$noun" \
		"${top_srcdir:?}/tests/fuzz/corpus/$noun" >/dev/null
	then echo "ok $n - $noun"; else echo "not ok $n - $noun"; fi
done
