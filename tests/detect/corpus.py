#!/usr/bin/python3
"""The gates of doc/design/detect.md over a corpus of columns and cells, where GH_SHARED
names one: recall and false alarms of columns, false alarms of tier S on single cells."""

import json
import os
import subprocess

FOLDER = os.path.join(os.environ.get("GH_SHARED", ""), "corpus/mask")
# Company numbers and codes of banks are not sensitive (doc/design/detect.md).
NOT_SENSITIVE = {"SWIFT_BIC", "BR_CNPJ"}
# Told by all values together, whatever the column is called.
BY_WORDS = {"PERSON", "PERSON_FIRST", "PERSON_LAST", "STREET_ADDRESS"}


def read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def detect(lines):
    """The answers of the command, a line each."""
    program = os.path.join(os.environ.get("top_builddir", "."), "gatehouse")
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    answer = subprocess.run([program, "detect", "--jsonl"], input=text, capture_output=True,
                            text=True, check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def tell(number, name, value, fine):
    print(f"{'ok' if fine else 'not ok'} {number} - {name}: {value:.4f}")


def share(part, whole):
    return len(part) / len(whole) if whole else 0.0


def judge_columns():
    columns = [c for c in read("columns.jsonl") if c["type"] not in NOT_SENSITIVE]
    answers = detect([{"id": i, "column": c["column"], "values": c["values"]}
                      for i, c in enumerate(columns)])
    seen = list(zip(columns, answers))
    structured = [a for c, a in seen if c["label"] and c["type"] not in BY_WORDS]
    worded = [a for c, a in seen if c["label"] and c["type"] in BY_WORDS]
    clean = [a for c, a in seen if not c["label"]]
    found = [a for a in structured if a["sensitive"]]
    alarms = [a for a in clean if a["sensitive"]]
    tell(1, "recall of structured columns", share(found, structured),
         share(found, structured) >= 0.99)
    tell(2, "false alarms of columns", share(alarms, clean), share(alarms, clean) <= 0.01)
    found = [a for a in worded if a["sensitive"]]
    tell(3, "recall of people and addresses", share(found, worded), share(found, worded) >= 0.8)


def judge_cells():
    cells = [c for c in read("cells.jsonl") if not c["label"]]
    answers = detect([{"id": i, "values": [c["value"]]} for i, c in enumerate(cells)])
    alarms = [a for a in answers if a["tier"] == "S"]
    tell(4, "false alarms of tier S on cells", share(alarms, cells), share(alarms, cells) <= 1e-4)


def main():
    if not os.path.exists(os.path.join(FOLDER, "columns.jsonl")):
        print("1..1\nok 1 # SKIP no corpus in GH_SHARED")
        return
    print("1..4")
    judge_columns()
    judge_cells()


main()
