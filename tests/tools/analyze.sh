#!/bin/bash
# gatehouse analyze: its words, its text, and the format that doc/analyze.md promises.
# shellcheck disable=SC2154,SC2016 # automake gives top_builddir; quotes are SQL
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

# expect NAME CODE PATTERN INPUT OPTION...
expect() {
	local name=$1 wanted=$2 pattern=$3 input=$4 code

	shift 4
	number=$((number + 1))
	printf '%s' "$input" | "$top_builddir/gatehouse" analyze "$@" >"$work/output" 2>&1
	code=$?
	if [ "$code" = "$wanted" ] && grep -q -e "$pattern" "$work/output"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed "s/^/# exit $code: /" "$work/output"
	fi
}

echo '{"people": ["id", "ssn"]}' >"$work/schema.json"
echo 'SELECT ssn AS x FROM people' >"$work/query.sql"
echo '["people"]' >"$work/list.json"
line='{"id":"1","dialect":"postgres","sql":"SELECT a FROM v","schema":{"t":["a"]}'
line=$line',"views":{"v":"SELECT a FROM w","w":"SELECT a FROM t"}}'
loop='{"id":"2","dialect":"postgres","sql":"SELECT a FROM v"'
loop=$loop',"views":{"v":"SELECT * FROM w","w":"SELECT * FROM v"}}'

echo 1..17
expect "text is for people" 0 '^Output 1:  x <- people.ssn$' '' "$work/query.sql" \
	--dialect postgresql --schema "$work/schema.json"
expect "standard input is read" 0 '^Used only: t.b' 'SELECT a FROM t WHERE b = 1' --dialect ansi
expect "one object" 0 '"outputs":\[{"name":"a","origins":\["t.a"\],"unknown":false,"derived":' \
	'SELECT a FROM t' --json --dialect ansi
expect "a refusal is an object too" 1 '"status":"refused","reason":"unterminated' \
	"SELECT '" --json
expect "and a message" 1 'Statement text not acceptable' "SELECT '"
expect "views are expanded" 0 '"reads":\["v","t","w"\].*"origins":\["t.a"\],"unknown":false' \
	"$line" --jsonl
expect "views in a loop are unknown" 0 '"origins":\[[^]]*\],"unknown":true' "$loop" --jsonl
expect "a line comes back with its id" 0 '^{"id":"1","status":"ok"' "$line" --jsonl
expect "no object, an answer" 1 '"status":"refused","reason":"JSON: ' '{"sql":' --jsonl
expect "no sql, an answer" 1 '"sql\\" is missing' '{"id":"1"}' --jsonl
expect "kinds of several statements" 0 '"kinds":\["SELECT","DROP"\]' \
	'{"dialect":"postgres","sql":"SELECT 1; DROP TABLE t"}' --jsonl
expect "a verb without a kind is its own" 0 '"kinds":\["VACUUM"\]' 'VACUUM t' \
	--json --dialect postgres
expect "escapes are decoded" 0 '"name":"é😀"' \
	'{"dialect":"postgres","sql":"SELECT 1 AS \"\u00e9\ud83d\ude00\""}' --jsonl
expect "half a character is refused" 1 'half a character' '{"sql":"\ud83d"}' --jsonl
expect "a schema has to be an object" 3 'no JSON object' 'SELECT 1' --schema "$work/list.json"
expect "--jsonl stands alone" 3 'takes all it needs' '' --jsonl --dialect ansi
expect "readings of different kinds are refused" 1 '"status":"refused"' \
	'SELECT 1 /*!99999 ; DROP TABLE t */' --json --dialect mysql
