#!/usr/bin/python3
"""Prints the figures of a file of JSON lines with their gates; fails where one is missed."""
import json
import sys

# figure, target (None: each), what of it counts, at most
GATES = [
    ("connect", "pg", "ratio", 1.10),
    ("SQLFetch bound, rowset 1000", None, "ratio", 1.02),
    ("SQLFetch instructions", None, "added", 60),
    ("SQLGetData instructions", None, "added", 60),
    ("SQLNumResultCols instructions", None, "added", 60),
    ("SQLExecute instructions", None, "added", 60),
    ("execute again", None, "added", 6),
    ("prepare again", None, "added", 1),
    ("analysis, simple", None, "governed", 10),
    ("analysis, tpch", None, "governed", 60),
    ("analysis, tpcds", None, "governed", 150),
    ("analysis, job", None, "governed", 80),
]
LINE = "%-7s %-32s %11s %11s %8s %10s  %-17s %-16s %s"


def gate_of(row):
    """(what counts, at most) of a figure, or None."""
    for figure, target, what, most in GATES:
        if figure == row["figure"] and target in (None, row["target"]):
            return what, most
    return None


def complete(row):
    """Adds what follows from the two sides."""
    if row.get("raw") is not None:
        row.setdefault("added", row["governed"] - row["raw"])
    return row


def number(row, what):
    """A number of a row as text; a dash where there is none."""
    return "-" if row.get(what) is None else "%.3f" % row[what]


def main():
    """Prints the table, then what is missed."""
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [complete(json.loads(line)) for line in file if line.startswith("{")]
    missed = []
    print(LINE % ("target", "figure", "governed", "raw", "ratio", "added", "unit", "gate", "met"))
    for row in rows:
        gate = gate_of(row)
        wanted = "%s <= %g" % gate if gate else "-"
        met = "-" if gate is None else "yes" if row[gate[0]] <= gate[1] else "NO"
        print(LINE % (row["target"], row["figure"], number(row, "governed"), number(row, "raw"),
                      number(row, "ratio"), number(row, "added"), row["unit"], wanted, met))
        if met == "NO":
            missed.append("%s (%s): %s is %.3f, wanted %g" % (
                row["figure"], row["target"], gate[0], row[gate[0]], gate[1]))
    print()
    for line in missed:
        print("missed: " + line)
    print("%d of %d gates are met" % (sum(1 for row in rows if gate_of(row)) - len(missed),
                                      sum(1 for row in rows if gate_of(row))))
    return 1 if missed or not rows else 0


sys.exit(main())
