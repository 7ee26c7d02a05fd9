#!/bin/bash
# gatehouse policy explain: verdict, reason and masks on the command line.
# shellcheck disable=SC2154,SC2016 # automake gives top_builddir; quotes are SQL
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

# expect NAME CODE PATTERN OPTION...
expect() {
	local name=$1 wanted=$2 pattern=$3 code

	shift 3
	number=$((number + 1))
	"$top_builddir/gatehouse" policy explain "$@" >"$work/output" 2>&1
	code=$?
	if [ "$code" = "$wanted" ] && grep -q -e "$pattern" "$work/output"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed "s/^/# exit $code: /" "$work/output"
	fi
}

cat >"$work/policy.xml" <<'XML'
<policy xmlns="urn:gatehouse:policy:1" version="1" name="test">
  <roles><role name="hr"><group>hr</group></role></roles>
  <rules>
    <rule name="reading" role="*" action="read" verdict="allow"/>
    <rule name="not-pay" role="*" except-role="hr" action="read" verdict="deny"
      message="Ask HR."><table name="pay"/></rule>
    <rule name="one-source" role="*" action="write" verdict="allow"><dsn>lab</dsn></rule>
    <mask name="mails" function="redact"><column table="t" name="mail"/></mask>
    <filter name="open" condition="closed IS NULL"><table name="t"/></filter>
  </rules>
</policy>
XML
echo 'SELECT id FROM pay' >"$work/query.sql"
mine=(--policy "$work/policy.xml")

echo 1..20
expect "a person may read" 0 '^Verdict: allow (rule people-work)' \
	--sql 'SELECT id FROM orders' --user ann
expect "an agent may not drop" 1 '^Verdict: deny (rule agents-no-ddl)' \
	--sql 'DROP TABLE orders' --agent bot
expect "nor delete without approval" 1 '^Verdict: approve (rule agents-write)' \
	--sql 'DELETE FROM orders' --agent bot
expect "it is decided for the agent and for its person" 0 'the person for whom the agent acts' \
	--sql 'SELECT 1' --agent bot --user ann
expect "a rule of one's own denies, with its message" 1 '^Message: Ask HR' \
	"${mine[@]}" --sql 'SELECT id FROM pay'
expect "and not those whom it excepts" 0 '^Verdict: allow (rule reading)' \
	"${mine[@]}" --sql 'SELECT id FROM pay' --group staff,hr
expect "a mask is named, with its column" 0 '^  1 mail: redact, by mails' \
	"${mine[@]}" --sql 'SELECT t.mail FROM t' --group hr
expect "a rule for one data source holds there" 0 '^Verdict: allow (rule one-source)' \
	"${mine[@]}" --sql "INSERT INTO t (id) VALUES (1)" --dsn lab
expect "and nowhere else" 1 '^Verdict: deny' \
	"${mine[@]}" --sql "INSERT INTO t (id) VALUES (1)" --dsn live
expect "the dialect decides: a back quote names a column in MySQL" 0 'from t.id' \
	"${mine[@]}" --sql 'SELECT `id` FROM t' --dialect mysql --group hr
expect "and nothing in PostgreSQL" 0 'not understood at an odd token' \
	"${mine[@]}" --sql 'SELECT `id` FROM t' --dialect postgresql --group hr
expect "the statement may stand in a file" 1 'not-pay' "${mine[@]}" --file "$work/query.sql"
expect "several statements are told" 1 'multi' --sql 'SELECT 1; DROP TABLE t' --agent bot
expect "one of --sql and --file is needed" 3 'with --sql or --file'
expect "a policy that is not there is said" 1 'nowhere.xml' \
	--policy "$work/nowhere.xml" --sql 'SELECT 1'
expect "JSON has the verdict" 1 '"verdict":"deny","rule":"agents-no-ddl"' \
	--json --sql 'DROP TABLE orders' --agent bot
number=$((number + 1))
if /usr/bin/python3 -m json.tool "$work/output" >/dev/null; then
	echo "ok $number - and is valid"
else
	echo "not ok $number - and is valid"
fi
expect "a filter of its table is named, with its condition" 0 \
	'+ filter  open .*must meet its condition: closed IS NULL' \
	"${mine[@]}" --sql 'SELECT t.id FROM t' --group hr
expect "and one of another is none of it" 0 '- filter  open .*uses none of its tables' \
	"${mine[@]}" --sql 'SELECT 1' --group hr
expect "JSON has the filters too" 0 '"filters":\[{"condition":"closed IS NULL","name":"open"' \
	"${mine[@]}" --sql 'SELECT t.id FROM t' --group hr --json
