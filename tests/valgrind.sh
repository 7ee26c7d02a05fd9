#!/bin/bash
# Runs one line of tests/valgrind.list under valgrind, from a build folder:
#
#   valgrind.sh LINE      [NAME=VALUE]... COMMAND [WORD]...
#
# GH_TEST_ENV is the folder of tests/servers.sh, and the driver that its ODBC files
# name must be built without a sanitizer.  Programs that the command starts are
# watched as well, but for shells and what has a raw data source for an argument.
# The last line says PASS or FAIL, as automake's tests do.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
export top_srcdir=${top_srcdir:-$(dirname "$here")}
export top_builddir=${top_builddir:-$PWD}
settings=()
# the list is ours, and quotes in it are the shell's
eval "words=($1)"
while [[ ${words[0]} == *=* ]]; do
	settings+=("${words[0]}")
	words=("${words[@]:1}")
done
suite=$GH_TEST_ENV/suite/${words[0]%.py}
[ ! -d "$suite" ] || export GH_TEST_ENV=$suite
[[ ${words[0]} != *.py ]] || words=(/usr/bin/python3 "$top_srcdir/${words[0]}" "${words[@]:1}")

printf '== %s\n' "$1"
if env CK_FORK=no PYTHONMALLOC=malloc "${settings[@]}" \
	timeout --foreground --kill-after=30 600 "$here/with-driver.sh" \
	./libtool --mode=execute valgrind --quiet --trace-children=yes \
	'--trace-children-skip=*/sh,*/dash,*/bash' '--trace-children-skip-by-arg=*-raw' \
	--error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
	--errors-for-leak-kinds=definite --num-callers=30 \
	--suppressions="$here/valgrind.supp" "${words[@]}"; then
	printf ':test-result: PASS %s\n' "$1"
else
	printf ':test-result: FAIL %s\n' "$1"
	exit 1
fi
