#!/bin/sh
# shellcheck disable=SC2154 # automake gives top_srcdir and top_builddir
# gatehouse policy check: exit codes, places, JSON, and the example policies.
gatehouse="$top_builddir/gatehouse"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

# expect NAME STATUS PATTERN COMMAND...: the exit code, and a line in the output
expect()
{
	name=$1 status=$2 pattern=$3
	shift 3
	number=$((number + 1))
	"$@" >"$work/output" 2>&1
	got=$?
	if [ "$got" = "$status" ] && grep -q -e "$pattern" "$work/output"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed "s/^/# exit $got: /" "$work/output"
	fi
}

printf '%s\n' '<policy xmlns="urn:gatehouse:policy:1" version="1" name="x">' \
	' <rules><rulee/></rules></policy>' >"$work/bad.xml"
printf '%s' '<policy xmlns="urn:gatehouse:policy:1" version="1" name="x"><roles>' \
	'<role name="spare"><user>x</user></role></roles><rules/></policy>' >"$work/spare.xml"

echo 1..10
expect "the example is valid" 0 'shop.xml: valid, sha256 [0-9a-f]\{64\}$' \
	"$gatehouse" policy check "$top_srcdir/doc/examples/shop.xml"
number=$((number + 1))
if grep warning "$work/output"; then
	echo "not ok $number - and has no warnings"
else
	echo "ok $number - and has no warnings"
fi
expect "the built-in policy is valid" 0 'valid' \
	"$gatehouse" policy check "$top_srcdir/driver/policy/builtin.xml"
expect "a mistake is told with file, line and column" 1 'bad.xml:2:9: error: .*rulee' \
	"$gatehouse" policy check "$work/bad.xml"
expect "and in JSON" 1 '"valid":false,"error":{"line":2,"column":9,"text":"' \
	"$gatehouse" policy check --json "$work/bad.xml"
expect "an unused role is a warning" 0 'spare.xml:1: warning: role spare' \
	"$gatehouse" policy check "$work/spare.xml"
expect "and in JSON too" 0 '"valid":true,.*"warnings":\[{"line":1,"text":"role spare' \
	"$gatehouse" policy check --json "$work/spare.xml"
expect "a file that is not there is wrong usage" 3 'nowhere.xml' \
	"$gatehouse" policy check "$work/nowhere.xml"
expect "no file is wrong usage" 3 'which file' "$gatehouse" policy check
expect "help is there" 0 'Usage: gatehouse policy check' "$gatehouse" policy check --help
