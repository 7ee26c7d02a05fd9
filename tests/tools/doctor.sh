#!/bin/bash
# gatehouse doctor: what it says of set-ups that newcomers have, sound and broken.
# shellcheck disable=SC2154 # automake gives top_builddir
gatehouse=$top_builddir/gatehouse
work=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
number=0

# A driver that loads anywhere: the one under test needs no other to be there.
module=$(find /usr/lib* -name libsqlite3odbc.so 2>/dev/null | head -n 1)

# examine [OPTION]: the doctor with our own files only
examine() {
	env -i PATH="$PATH" HOME="$work/home" ODBCSYSINI="$work/sys" ODBCINI="$work/odbc.ini" \
		ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" "$gatehouse" doctor "$@" \
		>"$work/output" 2>&1
	code=$?
}

fresh() {
	rm -rf "${work:?}/home" "$work/sys" "$work/odbc.ini"
	mkdir -p "$work/home" "$work/sys"
	printf '[Gatehouse]\nDriver=%s\n' "$top_builddir/.libs/libgatehouse.so" \
		>"$work/sys/odbcinst.ini"
}

tell() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		sed "s/^/# exit $code: /" "$work/output"
	fi
}

# says NAME CODE PATTERN: the exit code and one line
says() {
	[ "$code" = "$2" ] && grep -q -e "$3" "$work/output"
	tell $? "$1"
}

lacks() {
	! grep -q -e "$2" "$work/output"
	tell $? "$1"
}

echo 1..21
fresh
rm "$work/sys/odbcinst.ini"
examine
says "nothing set up is nothing wrong" 0 '^note   driver Gatehouse: is not registered'
says "and it says how a data source is added" 0 '^       -> add one to odbc.ini: Driver=Gatehouse'
says "the built-in policy holds" 0 '^ok     policy: built-in'
says "the journal is not made by looking" 0 '^ok     journal: .* is made at first use'
[ -z "$(ls -A "$work/home")" ]
tell $? "nothing was changed"

fresh
printf '[Ghost]\nDriver=/nonexistent/ghost.so\n' >>"$work/sys/odbcinst.ini"
printf '[haunted]\nDriver=Gatehouse\nTargetDriver=Ghost\n' >"$work/odbc.ini"
examine
says "Gatehouse is registered" 1 '^ok     driver Gatehouse: .*libgatehouse.so$'
says "a driver without a library is wrong" 1 '^wrong  driver Ghost: .*/nonexistent/ghost.so'
says "and so is a data source that needs it" 1 '^wrong  data source haunted: Target driver cannot'

fresh
printf '[%s]\nDriver=Gatehouse\nTargetDSN=%s\n' self self one other other one lost nowhere \
	>"$work/odbc.ini"
examine
says "a data source that is its own target is wrong" 1 \
	'^wrong  data source self: .* leads back to Gatehouse'
says "and so is a loop of two" 1 '^wrong  data source one: .* leads back to Gatehouse'
says "and a target that is not there" 1 "^wrong  data source lost: .*'nowhere' is not in odbc.ini"

fresh
printf '[Bare]\nDriver=libsqlite3odbc.so\n[Whole]\nDriver=%s\n' "$module" \
	>>"$work/sys/odbcinst.ini"
printf '[shop]\nDriver=Gatehouse\nTargetDSN=raw\n[raw]\nDriver=Bare\nDatabase=x\n' \
	>"$work/odbc.ini"
if [ -n "$module" ]; then
	examine
	says "a sound data source is fine" 0 '^ok     data source shop: '
	says "a driver by path is found" 0 '^ok     driver Whole: '
	says "a driver by its bare name is found, as the manager finds it" 0 '^ok     driver Bare: '
	says "the way past Gatehouse is noted" 0 '^note   data source shop: .* \[raw\] directly'
	lacks "and nothing is wrong" '^wrong'
else
	for _ in 1 2 3 4 5; do
		number=$((number + 1))
		echo "ok $number # SKIP no libsqlite3odbc.so"
	done
fi

fresh
mkdir -p "$work/home/.local/state" "$work/home/.config/gatehouse"
echo 'a file where a folder should be' >"$work/home/.local/state/gatehouse"
echo '<policy/>' >"$work/home/.config/gatehouse/policy.xml"
examine
says "a journal that cannot be written is wrong" 1 '^wrong  journal: .*state/gatehouse: '
says "and a policy that is not valid, with its place" 1 '^wrong  policy: .*(line 1, column 1)$'

fresh
mkdir -p "$work/home/.local/state/gatehouse/journal"
chmod 0755 "$work/home/.local/state/gatehouse/journal"
examine
says "a journal that others may enter is wrong" 1 '^wrong  journal: .* by others (mode 755)'

examine --json
/usr/bin/python3 - "$work/output" <<'PYTHON'
import json, sys
findings = json.load(open(sys.argv[1], encoding="utf-8"))
assert all(set(f) == {"level", "subject", "text", "advice"} for f in findings)
assert {f["level"] for f in findings} <= {"ok", "note", "wrong"}
assert any(f["level"] == "wrong" and f["subject"] == "journal" for f in findings)
PYTHON
tell $? "the JSON is valid and says the same"
examine --nonsense
says "an unknown option is wrong usage" 3 "unknown option '--nonsense'"
