#!/bin/bash
# gatehouse detect: its words, and the format that doc/detect.md promises.
# shellcheck disable=SC2154 # automake gives top_builddir
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

# expect NAME CODE PATTERN INPUT OPTION...
expect() {
	local name=$1 wanted=$2 pattern=$3 input=$4 code

	shift 4
	number=$((number + 1))
	printf '%s' "$input" | "$top_builddir/gatehouse" detect "$@" >"$work/output" 2>&1
	code=$?
	if [ "$code" = "$wanted" ] && grep -q -e "$pattern" "$work/output"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed "s/^/# exit $code: /" "$work/output"
	fi
}

mails='"values":["ada@lovelace.org",null,"grace@hopper.net"]'
clean='"sensitive":false,"class":null,"family":null,"tier":null,"confidence":0}$'
many=$(seq 1 20000 | sed 's/.*/"&",/' | tr -d '\n')

echo 1..21
expect "mail addresses are found" 0 \
	'^{"id":"1","sensitive":true,"class":"EMAIL","family":"email","tier":"S","confidence":0\.' \
	"{\"id\":\"1\",\"column\":\"c\",$mails}" --jsonl
expect "names and type may be missing" 0 '"class":"EMAIL"' "{\"id\":\"1\",$mails}" --jsonl
expect "an id comes back as it was" 0 '^{"id":17,' "{\"id\":17,$mails}" --jsonl
expect "no id is null" 0 '^{"id":null,' "{$mails}" --jsonl
expect "nothing found" 0 "$clean" '{"id":"2","values":["red","green"]}' --jsonl
expect "no value at all is clean" 0 "$clean" '{"id":"2","column":"ssn","values":[null]}' --jsonl
expect "numbers are values" 0 '"class":"US_SSN_BARE"' \
	'{"id":3,"column":"ssn","sql_type":"int","values":[212098761,530128846,401239987]}' \
	--jsonl
expect "names of two letters" 0 '"class":"IPV4"' \
	'{"id":3,"column":"ip","values":["81.2.69.142","175.16.199.9","216.160.83.56"]}' --jsonl
expect "a boolean column is clean" 0 "$clean" "{\"id\":1,\"sql_type\":\"bool\",$mails}" --jsonl
expect "malformed JSON, an answer with its id" 1 '^{"id":"9","error":"JSON: ' \
	'{"id":"9","values":["a"' --jsonl
expect "no id to be read" 1 '^{"id":null,"error":' '{"values":["a"' --jsonl
expect "a word that is none" 1 '"error":"JSON: a value was expected' '{"values":[nul]}' --jsonl
expect "neither values nor text" 1 'is missing"}$' '{"id":"4"}' --jsonl
expect "values have to be a list" 1 'is no list"}$' '{"id":"4","values":"a"}' --jsonl
expect "many values" 0 "$clean" "{\"id\":\"5\",\"values\":[${many%,}]}" --jsonl
expect "spans count code points" 0 \
	'"spans":\[{"start":3,"end":19,"class":"EMAIL","family":"email"}\]}$' \
	'{"id":"6","text":"é😀 ada@lovelace.org."}' --jsonl
expect "spans are in order" 0 '"PERSON".*"PHONE_E164".*"IBAN"' \
	'{"text":"Dear Anna Weber, +49 170 1234567, DE27 1007 7777 0209 2997 00"}' --jsonl
expect "an empty text has no spans" 0 '"spans":\[\]}$' '{"id":"6","text":""}' --jsonl
expect "nobody's values are no spans" 0 '"spans":\[\]}$' \
	'{"id":"6","text":"Ask info@example.com or 0800 1234567, card **** 1234, 10.0.0.1"}' --jsonl
expect "a file that is not there" 3 "can't be opened" '' --jsonl "$work/none"
expect "--jsonl has to be said" 3 'jsonl is missing' ''
