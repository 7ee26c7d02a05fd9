#!/usr/bin/python3
"""Soundness of the analyser on the shared corpora, where they are present.

What we say must be opaque or unknown, or hold at least what is known to be true.
Prints TAP, and how many statements are understood exactly.
"""
import json
import os
import re
import subprocess
import sys

BUILD = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")
SHARED = os.environ.get("GH_SHARED", os.path.join(SOURCE, "..", "shared"))
TOOL = os.environ.get("GH_SQL_ANALYZE", os.path.join(BUILD, "tests/sql/analyze"))
UNKNOWN, CONSTANT = 1, 8
OPAQUE, AMBIGUOUS = 2, 16
DIALECTS = {"postgres": "postgresql", "mysql": "mysql", "mariadb": "mariadb",
            "sqlite": "sqlite", "tsql": "tsql", "oracle": "oracle", "ansi": "postgresql"}
PEOPLE = {"people": ["id", "name", "email", "ssn", "salary"],
          "orders": ["id", "person_id", "note"], "scratch": ["x"]}


def analyze(cases):
    """cases: (dialect, schema, sql); gives the facts of each."""
    data = bytearray()
    for dialect, schema, sql in cases:
        words = [dialect] + [f"{t}:{','.join(c)}" for t, c in schema.items()
                             if " " not in t + "".join(c)]
        data += b"\x01" + " ".join(words).encode() + b"\0" + sql.encode() + b"\0"
    out = subprocess.run([TOOL], input=bytes(data), stdout=subprocess.PIPE, check=True).stdout
    lines = out.decode().split("\n")[:-1]
    if len(lines) != len(cases):
        raise SystemExit(f"Bail out! {len(lines)} answers to {len(cases)} statements")
    return [json.loads(line) for line in lines]


def rows(name):
    path = os.path.join(SHARED, "corpus/sql", name)
    with open(path, encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row.get("split") == "dev"]


def last(name):
    return ".".join(name.lower().replace('"', "").replace("`", "").split(".")[-2:])


def covers(have, want):
    """Is the column `want` (table.column) among ours?"""
    table, _, column = want.rpartition(".")
    if "(" in want: # a table function's own column
        return True
    if table == "?":
        return any(h.endswith("." + column) or h.endswith(".*") for h in have)
    if column == "*":
        return any(h.startswith(table + ".") for h in have)
    return want in have or table + ".*" in have


def vague(facts):
    return facts["status"] != "ok" or facts["flags"] & (OPAQUE | AMBIGUOUS) or not facts["known"][1]


def outputs_unsound(facts, expect):
    """Outputs that lack a column of the truth, and whether all are exact."""
    if vague(facts):
        return [], False
    wrong, exact = [], True
    outputs = facts["outputs"]
    keys = list(expect)
    by_position = all(k.startswith("#") for k in keys) or len(keys) == len(outputs)
    for i, key in enumerate(keys):
        if key.startswith("#"):
            output = outputs[int(key[1:]) - 1] if int(key[1:]) <= len(outputs) else None
        else:
            named = [o for o in outputs if (o["name"] or "").lower() == key.lower()]
            output = named[0] if len(named) == 1 else outputs[i] if by_position else None
        if output is None:
            exact = False
            continue
        want = {last(w) for w in expect[key]}
        have = {h.lower() for h in output["origins"]}
        if output["flags"] & UNKNOWN:
            exact = False
            continue
        if any(not covers(have, w) for w in want):
            wrong.append((key, sorted(want), sorted(have)))
        exact = exact and have == want
    return wrong, exact


def reads_unsound(facts, columns):
    """Columns the engine read that are neither in outputs nor in the inference."""
    if vague(facts) or not facts["known"][2]:
        return []
    have = {c.lower() for o in facts["outputs"] for c in o["origins"]}
    have |= {c.lower() for c in facts["inference"]}
    have |= {c.lower() for f in facts["flows"] for c in f["origins"] + f["target"]}
    if any(o["flags"] & UNKNOWN for o in facts["outputs"]):
        return []
    return [c for c in map(last, columns) if "#" not in c and not covers(have, c)]


def tables_unsound(facts, names):
    if facts["status"] != "ok" or not facts["known"][0]:
        return []
    have = {t[0].lower() for t in facts["tables"]}
    return [n for n in names if last(n).split(".")[-1] not in have]


def first_word(kind):
    word = (kind or "").split()[0].upper()
    return {"EXEC": "CALL", "EXECUTE": "CALL", "USE": "SET", "PRAGMA": "SET",
            "BEGIN": "TRANSACTION",
            "COMMAND": "", "DECLARE": "OTHER", "SHOW": "OTHER", "ANALYZE": "OTHER",
            "DESCRIBE": "EXPLAIN", "ATTACH": "OTHER", "COMMENT": "OTHER"}.get(word, word)


class Report:
    def __init__(self):
        self.number = 0
        self.failed = False

    def check(self, name, problems):
        self.number += 1
        print(("ok" if not problems else "not ok"), self.number, "-", name)
        for problem in problems[:20]:
            print("#  ", problem)
        self.failed = self.failed or bool(problems)


def lineage(report, name):
    cases = [r for r in rows(name) if r["dialect"] in DIALECTS and not r.get("views")]
    answers = analyze([(DIALECTS[r["dialect"]], r.get("schema") or {}, r["sql"]) for r in cases])
    unsound, exact, understood, counted, kinds, known_kinds = [], 0, 0, 0, 0, 0
    for row, facts in zip(cases, answers):
        expect = row["expect"]
        wrong, is_exact = [], False
        if expect.get("output_lineage") and expect.get("kind", "SELECT") == "SELECT" and \
                "." not in "".join(expect["output_lineage"]):
            wrong, is_exact = outputs_unsound(facts, expect["output_lineage"])
            counted += 1
            understood += not vague(facts)
            exact += is_exact
        reads = expect.get("pg_columns_read", []) if row["dialect"] != "sqlite" else []
        reads = reads + expect.get("sqlite_columns_read", [])
        wrong += reads_unsound(facts, reads)
        wrong += tables_unsound(facts, expect.get("reads", []) + expect.get("writes", []))
        for word in [first_word(expect.get("kind"))] if expect.get("kind") else []:
            if word in ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "CALL"):
                known_kinds += 1
                kinds += facts["status"] != "ok" or facts["kind"] == word
        if wrong:
            unsound.append((row["id"], row["dialect"], row["sql"][:300], wrong))
    report.check(f"{name} holds no column that we do not name", unsound)
    print(f"# {name}: {len(cases)} statements, {counted} with lineage, {understood} understood, "
          f"{exact} exact, kinds {kinds}/{known_kinds}")


def kinds(report, name):
    cases = [r for r in rows(name) if r["dialect"] in DIALECTS and r["expect"].get("kind")]
    answers = analyze([(DIALECTS[r["dialect"]], {}, r["sql"]) for r in cases])
    unsound, match, opaque, refused, counted = [], 0, 0, 0, 0
    show = os.environ.get("GH_SHOW_KINDS")
    for row, facts in zip(cases, answers):
        expect = row["expect"]
        if facts["status"] != "ok":
            refused += 1
            continue
        opaque += bool(facts["flags"] & OPAQUE)
        word = first_word(expect["kind"])
        if word in ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER", "DROP",
                    "TRUNCATE", "GRANT", "REVOKE", "EXPLAIN", "COPY", "SET", "TRANSACTION"):
            counted += 1
            match += facts["kind"] == word
            if facts["kind"] != word and show:
                print("#", row["dialect"], word, facts["kind"], row["sql"][:150].replace("\n", " "))
        names = expect.get("tables", expect.get("reads", [])) if facts["kind"] != "SET" else []
        ctes = [c.lower() for c in expect.get("ctes", [])]
        wrong = [n for n in tables_unsound(facts, names) if last(n).split(".")[-1] not in ctes]
        if wrong:
            unsound.append((row["id"], row["dialect"], row["sql"][:300], wrong))
    report.check(f"{name} touches no table that we do not name", unsound)
    print(f"# {name}: {len(cases)} statements, {opaque} opaque, {refused} refused, "
          f"kinds {match}/{counted}")


def statements(name):
    with open(os.path.join(SHARED, "attacks", name), encoding="utf-8") as lines:
        return [line.rstrip("\n").split("|", 1) for line in lines if "|" in line]


SECRET = re.compile(r"people\.(ssn|email|salary)$")


def attacks(report):
    """What shows ssn, email or salary must say so, or be unknown."""
    shows = ("B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B13 B14 B15 B16 B17 B18 B19 B20 B21 "
             "B26 B27 B28 B29 B30 B31 B32 B39 B40 B44 B45 B56 B57 B58 B62 B63 B64 B65 B70 B71 "
             "B72").split()
    uses = "B50 B51 B52 B53 B54 B55".split()
    flows = "B38 B41 B46 B47".split()
    wrong = []
    cases = statements("postgresql.txt")
    answers = analyze([("postgresql", PEOPLE, sql) for _, sql in cases])
    known = 0
    for (ident, sql), facts in zip(cases, answers):
        key = ident.split("_")[0]
        if facts["status"] != "ok" or facts["flags"] & OPAQUE:
            continue
        known += 1
        shown = any(o["flags"] & UNKNOWN or any(map(SECRET.match, o["origins"]))
                    for o in facts["outputs"])
        used = shown or not facts["known"][2] or any(map(SECRET.match, facts["inference"]))
        flown = any(f["flags"] & UNKNOWN or any(map(SECRET.match, f["origins"]))
                    for f in facts["flows"])
        if ((key in shows and not shown) or (key in uses and not used) or
                (key in flows and not flown)):
            wrong.append((ident, sql, facts))
        if key in ("B76", "B78") and facts["where"] == 2:
            wrong.append((ident, sql, "a real WHERE"))
        if key in ("B22", "B23", "B24", "B25") and not shown:
            wrong.append((ident, sql, facts))
    report.check("attacks on a secret column are seen", wrong)
    print(f"# attacks: {len(cases)}, {known} understood, the others opaque or refused")


def harmless(report):
    cases = statements("harmless.txt")
    answers = analyze([("postgresql", PEOPLE, sql) for _, sql in cases])
    wrong = []
    for (ident, sql), facts in zip(cases, answers):
        kind = sql.split()[0].replace("WITH", "SELECT")
        if facts["status"] != "ok" or facts["kind"] != kind or vague(facts):
            wrong.append((ident, sql, facts.get("reason"), facts.get("kind")))
        elif any(o["flags"] & UNKNOWN or any(map(SECRET.match, o["origins"]))
                 for o in facts["outputs"]):
            wrong.append((ident, sql, facts["outputs"]))
    report.check("harmless statements are understood", wrong)


def main():
    if not os.path.isdir(os.path.join(SHARED, "corpus/sql")):
        print("1..0 # SKIP no shared corpus")
        return 0
    report = Report()
    attacks(report)
    harmless(report)
    for name in ("adversarial_hand.jsonl", "lineage_spider.jsonl", "lineage_fixture.jsonl",
                 "lineage_sqlglot_fixtures.jsonl", "lineage_sqlglot_tests.jsonl",
                 "lineage_bench.jsonl"):
        lineage(report, name)
    for name in ("parse_postgres_regress.jsonl", "parse_sqlglot_dialects.jsonl",
                 "parse_sqlparser_rs.jsonl", "parse_acra_vitess.jsonl"):
        kinds(report, name)
    print(f"1..{report.number}")
    return 1 if report.failed else 0


sys.exit(main())
