#!/usr/bin/python3
"""The project's own statements in all dialects: tests/sql/cases.txt.

What is expected of a statement, in words: name=origins of an output (its number where it has
no name; ?: unknown), table.column<-origins of a write, uses=column, kind=, reads=, writes=, where=,
limit=yes, markers=, opaque=yes or opaque= (it is understood).  Origins are compared exactly,
and must be known.
"""
import json
import os
import subprocess
import sys

BUILD = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")
SCHEMA = {"people": ["id", "name", "email", "ssn", "salary"],
          "orders": ["id", "person_id", "note"]}


def short(names):
    return {".".join(n.split(".")[-2:]) for n in names}


def output(answer, name):
    if name.isdigit():
        return answer["outputs"][int(name) - 1]
    return [o for o in answer["outputs"] if (o["name"] or "").lower() == name][0]


def holds(answer, word):
    left, arrow, right = word.partition("<-")
    if arrow:
        flows = {".".join(k.split(".")[-2:]): short(v) for k, v in answer["write_lineage"].items()}
        return flows.get(left) == set(right.split(","))
    left, _, right = word.partition("=")
    want = set(right.split(",")) if right else set()
    simple = {"kind": lambda: answer["kinds"] == [right], "where": lambda: answer["where"] == right,
              "markers": lambda: answer["markers"] == int(right),
              "limit": lambda: answer["limit"], "opaque": lambda: answer["opaque"] == bool(want),
              "writes": lambda: want == short(answer["writes"]),
              "reads": lambda: want == short(answer["reads"]),
              "uses": lambda: want <= short(answer["inference"])}
    if left in simple:
        return simple[left]()
    found = output(answer, left)
    if right == "?":
        return found["unknown"] or answer["opaque"]
    return short(found["origins"]) == want and not found["unknown"]


def main():
    with open(os.path.join(SOURCE, "tests/sql/cases.txt"), encoding="utf-8") as lines:
        cases = [line.rstrip("\n").split(" | ") for line in lines if line[0] not in "#\n"]
    text = "".join(json.dumps({"id": str(i), "dialect": d, "sql": s, "schema": SCHEMA}) + "\n"
                   for i, (d, s, _) in enumerate(cases))
    run = subprocess.run([os.path.join(BUILD, "gatehouse"), "analyze", "--jsonl"],
                         input=text.encode(), stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in run.stdout.decode().splitlines()]
    failed = False
    print(f"1..{len(cases)}")
    for number, ((dialect, sql, words), answer) in enumerate(zip(cases, answers), 1):
        try:
            wrong = [w for w in words.split() if answer["status"] != "ok" or
                     not holds(answer, w)]
        except IndexError:
            wrong = [words]
        print("not ok" if wrong else "ok", number, "-", dialect, sql[:70].replace("#", ""))
        if wrong:
            failed = True
            print("#", wrong, json.dumps(answer))
    return 1 if failed else 0


sys.exit(main())
