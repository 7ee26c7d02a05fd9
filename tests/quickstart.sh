#!/bin/bash
# The one command for newcomers does what it shows: quickstart.sh [FOLDER].
# It builds the whole product, so tests/run.sh runs it once and `make check` doesn't.
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

tell() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		sed 's/^/# /' "$work/output"
	fi
}

# says NAME PATTERN: one line of the output
says() {
	grep -q -e "$2" "$work/output"
	tell $? "$1"
}

# The lines between two headings.
part() {
	sed -n "/^== $1/,/^== /p" "$work/output"
}

# shown_once VALUE: shown by the raw data source and by nothing else
shown_once() {
	[ "$(grep -c -F -e "$1" "$work/output")" = 1 ]
	tell $? "$1 is shown by the raw data source only"
}

echo 1..15
"$top/setup/quickstart.sh" "${1:-$work/demo}" >"$work/output" 2>&1
tell $? "it ends well"
shown_once ada@example.org
shown_once 219-09-9999
says "a number is redacted" '| 1  *| \*  *| [a-z2-7]\{15,\}| \[redacted\] |'
says "the agent is blocked" \
	'^   \[42501\]\[Gatehouse\]\[Policy\] Blocked by policy: AI agents may not'
part 'An AI agent' | grep -q '^   | 3 '
tell $? "the table is still there"
says "the journal has the person's query" ' exec .* allow by rule .*select reads'
says "and its masks" ' done .* rows 3  masked email:hash, ssn:redact'
says "and what was denied" ' denied .* via demo  deny by rule agents-no-ddl'
part 'Is the journal' | grep -q '^   INTACT: '
tell $? "the journal is intact"
part 'Somebody changes' | grep -q '^   TAMPERED: record 6'
tell $? "the changed record is named"
[ "$(grep -c INTACT "$work/output")" = 1 ]
tell $? "only the true journal is intact"
says "it says what to try next" '^     gatehouse doctor '
! grep -q -i 'warning\|not found\|quickstart:' "$work/output"
tell $? "nothing went wrong on the way"
[ "$(awk '{ if (length($0) > longest) longest = length($0) } END { print longest }' \
	"$work/output")" -le 100 ]
tell $? "it fits 100 columns"
