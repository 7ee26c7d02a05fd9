#!/usr/bin/python3
"""Prints the figures of a file of JSON lines as a table."""
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.startswith("{")]
    line = "%-8s %-32s %12s %12s %8s  %s"
    print(line % ("target", "figure", "governed", "raw", "ratio", "unit"))
    for row in rows:
        raw = "%.3f" % row["raw"] if row.get("raw") is not None else "-"
        ratio = "%.3f" % row["ratio"] if row.get("ratio") is not None else "-"
        print(line % (row["target"], row["figure"], "%.3f" % row["governed"], raw, ratio,
                      row["unit"]))


main()
