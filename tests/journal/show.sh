#!/bin/sh
# The commands `gatehouse journal verify` and `show`: exit codes, words, and no
# control character on its way to a terminal.
folder=$(mktemp -d /tmp/gh-test-show-XXXXXX)
trap 'rm -rf "$folder"' EXIT
tool=${top_builddir:?}/gatehouse
log=$folder/log
n=0
ok() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
echo 1..10
"$top_builddir/tests/journal/writer" "$log" "$folder/keys" 20 1 >/dev/null
"$tool" journal verify "$log" >"$folder/out"; code=$?
[ $code -eq 0 ] && grep -q '^INTACT' "$folder/out"; ok $? "an honest log is intact: exit 0"
"$tool" journal verify --key "$log/log.vkey" --since "$log/checkpoint" "$log" >"$folder/out"
code=$?
[ $code -eq 0 ] && ! grep -q '^note' "$folder/out"
ok $? "with key and checkpoint nothing is left to note"
"$tool" journal verify --json "$log" | /usr/bin/python3 -c '
import json, sys
r = json.load(sys.stdin)
assert r["verdict"] == "intact" and r["records"] == 23 and r["findings"] == [], r'
ok $? "verify --json is JSON"
"$tool" journal verify "$folder/none" 2>/dev/null; [ $? -eq 3 ]; ok $? "no log: exit 3"
"$tool" journal verify 2>/dev/null; [ $? -eq 3 ]; ok $? "no folder: exit 3"
lines=$("$tool" journal show --last 5 --event exec "$log" |
	grep -c ' exec .*alice.*SELECT a FROM b')
[ "$lines" -eq 5 ]; ok $? "show --last and --event choose records"
"$tool" journal show --json --event session-open "$log" | /usr/bin/python3 -c '
import json, sys
lines = [json.loads(x) for x in sys.stdin]
assert len(lines) == 1 and lines[0]["principal"]["subject"] == "alice"'
ok $? "show --json prints the records themselves"
{
	printf '{"v":1,"i":23,"event":"exec","who":"\\u001b[31mx",'
	printf '"sql":"a\\u001b]0;t\\u0007\\u202e\\r\\n"}\n'
} >>"$log/seg-00000000000000000000.jsonl"
"$tool" journal show --last 1 "$log" >"$folder/out"
! LC_ALL=C grep -q "$(printf '[\033\007\r]')" "$folder/out" &&
	grep -q 'a\\u001b]0;t' "$folder/out"
ok $? "show escapes what would steer a terminal"
"$tool" journal verify "$log" >"$folder/out"; code=$?
[ $code -eq 2 ] && grep -q '^INCOMPLETE' "$folder/out"
ok $? "an unsigned tail is incomplete: exit 2"
sed -i '5s/alice/mallo/' "$log/seg-00000000000000000000.jsonl"
"$tool" journal verify "$log" >"$folder/out"; code=$?
[ $code -eq 1 ] && grep -q '^TAMPERED: record 4: ' "$folder/out"
ok $? "a changed record is named: exit 1"
