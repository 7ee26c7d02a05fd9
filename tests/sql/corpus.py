#!/usr/bin/python3
"""What the analyser says of the shared corpora, where they are present, against the truth.

Every case goes through `gatehouse analyze --jsonl`.  Unsound answers fail, and so do shares
below the gates.  Prints TAP and the figures; GH_SHOW=WORD shows what is behind one of them.
"""
import collections
import json
import os
import re
import subprocess
import sys

BUILD = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")
SHARED = os.environ.get("GH_SHARED", os.path.join(SOURCE, "..", "shared"))
TOOL = os.environ.get("GH_ANALYZE", os.path.join(BUILD, "gatehouse"))
SHOW = os.environ.get("GH_SHOW", "")
ONLY = os.environ.get("GH_ONLY", "")
FILES = ["adversarial_hand", "lineage_bench", "lineage_fixture", "lineage_spider",
         "lineage_sqlglot_fixtures", "lineage_sqlglot_tests", "parse_acra_vitess",
         "parse_googlesql", "parse_postgres_regress", "parse_sqlfluff", "parse_sqlglot_dialects",
         "parse_sqlparser_rs", "rowfilter_sql_data_guard"]
QUOTES = str.maketrans("", "", '"`[]')
VIEWS = {"v_people": "SELECT id, ssn AS tax_ref, lower(email) AS contact FROM people",
         "mv_people": "SELECT id, ssn AS ref FROM people"}
PEOPLE = {"people": ["id", "name", "email", "ssn", "salary"],
          "orders": ["id", "person_id", "note"], "scratch": ["x"]}


def analyze(cases):
    """cases: dicts with id, dialect, sql, schema, views; gives the answers in order."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run = subprocess.run([TOOL, "analyze", "--jsonl"], input=lines.encode(),
                         stdout=subprocess.PIPE, check=False)
    answers = run.stdout.decode().split("\n")[:-1]
    if len(answers) != len(cases):
        raise SystemExit(f"Bail out! {len(answers)} answers to {len(cases)} statements")
    return [json.loads(answer) for answer in answers]


def rows(name):
    path = os.path.join(SHARED, "corpus/sql", name + ".jsonl")
    with open(path, encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row.get("split") == "dev"]


def last(name, parts=2):
    """The last parts of a name, as they can be compared."""
    return ".".join(name.lower().translate(QUOTES).split(".")[-parts:]).lstrip("#")


def covers(have, want):
    """Is the column `want` (table.column) among ours?"""
    table, _, column = want.rpartition(".")
    if "(" in want:  # a table function's own column
        return True
    if table == "?":
        return any(h.endswith("." + column) or h.endswith(".*") for h in have)
    if column == "*":
        return any(h.startswith(table + ".") for h in have)
    return want in have or table + ".*" in have


# ---- one case ----------------------------------------------------------------

def matching(outputs, key, index, by_position):
    """The output that an expected one stands for; None: cannot be told."""
    if key == "*" and any(o["name"] == "*" for o in outputs):
        return {"name": "*", "unknown": any(o["unknown"] for o in outputs),
                "origins": [c for o in outputs for c in o["origins"]]}
    if key.startswith("#"):
        index, by_position = int(key[1:]) - 1, True
    else:
        named = [o for o in outputs if (o["name"] or "").lower() == key.lower()]
        if named:  # of several of one name the oracle tells the first
            return named[0]
    named = [o for o in outputs if o["name"] is None]
    if re.fullmatch(r"_(col_)?\d+", key) and len(named) == 1:
        return named[0]
    return outputs[index] if by_position and index < len(outputs) else None


def same(output, want):
    """Equal, where a leaf that the oracle could not resolve fits any table, or unknown."""
    have = {last(h) for h in output["origins"]}
    want = {w for w in want if "(" not in w}  # a table function's own column
    loose = {w[2:] for w in want if w.startswith("?.")}
    fits = {h for h in have if h.rpartition(".")[2] in loose or (loose and h.endswith(".*"))}
    if loose and (output["unknown"] or fits):
        return have - fits == {w for w in want if not w.startswith("?.")}
    return have == want and not output["unknown"]


def told(text, want):
    """Does the oracle tell it exactly?  PIVOT's selector counts for us, not for it."""
    return not any("?." in w or "(" in w for w in want) and "PIVOT" not in text.upper()


def lineage_of(answer, expect, text):
    """(unsound, exact columns, all columns) of the outputs."""
    wrong, exact = [], 0
    expect = {k: v for k, v in expect.items() if told(text, v)}
    outputs = answer["outputs"]
    wide = any(o["name"] == "*" for o in outputs)
    union = {last(origin) for o in outputs for origin in o["origins"]}
    vague = answer["opaque"] or any(o["unknown"] for o in outputs if o["name"] == "*")
    for index, key in enumerate(expect):
        want = {last(w) for w in expect[key]}
        output = matching(outputs, key, index, len(outputs) == len(expect))
        if output is None:
            if not vague and outputs and any(not covers(union, w) for w in want):
                wrong.append((key, sorted(want), sorted(union)))
            exact += wide and not vague and want <= union and key == "*"
            continue
        have = {last(h) for h in output["origins"]}
        exact += not vague and same(output, want)
        if output["unknown"] or vague:
            continue
        if any(not covers(have, w) for w in want):
            wrong.append((key, sorted(want), sorted(have)))
    return wrong, exact, len(expect)


def writes_of(answer, expect, _text=""):
    """The same for what is written; keys are target columns."""
    wrong, exact = [], 0
    have = {last(k): {last(o) for o in v} for k, v in answer["write_lineage"].items()}
    known = answer["write_lineage_known"] and not answer["opaque"]
    everything = set().union(*have.values()) if have else set()
    for key, origins in expect.items():
        want = {last(o) for o in origins}
        got = have.get(last(key))
        if got == want:
            exact += 1
        elif known and any(not covers(got if got is not None else everything, w) for w in want):
            wrong.append((key, sorted(want), have))
    return wrong, exact, len(expect)


def reads_unsound(answer, columns):
    """Columns the engine read that are neither shown nor used nor written."""
    have = {last(c) for o in answer["outputs"] for c in o["origins"]}
    have |= {last(c) for c in answer["inference"]}
    for target, origins in answer["write_lineage"].items():
        have |= {last(target)} | {last(o) for o in origins}
    if answer["opaque"] or not answer["inference_known"]:
        return []
    if any(o["unknown"] for o in answer["outputs"]):
        return []
    return [c for c in map(last, columns) if "#" not in c and not covers(have, c)]


def tables_missing(answer, names):
    have = {last(t, 1) for t in answer["reads"] + answer["writes"]}
    return [n for n in names if last(n, 1) not in have]


SAME = {"EXEC": "CALL", "EXECUTE": "CALL", "DESC": "DESCRIBE", "BEGIN": "TRANSACTION",
        "COMMIT": "TRANSACTION", "ROLLBACK": "TRANSACTION", "START": "TRANSACTION",
        "USE": "SET", "PRAGMA": "SET", "RESET": "SET", "VALUES": "SELECT", "TABLE": "SELECT",
        "ANALYSE": "ANALYZE", "REPLACE": "INSERT"}
# Words by which a source names a whole family, or that say nothing of the kind.
VAGUE = {"COMMAND", "ERROR", "BATCH", ""}


def word(kind):
    first = (kind or "").split(" ")[0].upper()
    return SAME.get(first, first)


def node(kind):
    """libpg_query's nodes: CreateSchemaStmt gives CREATE."""
    for prefix, name in (("CreateCast", "CREATE"), ("Create", "CREATE"), ("Drop", "DROP"),
                         ("AlterDefault", "ALTER"), ("Alter", "ALTER"), ("Define", "CREATE"),
                         ("Composite", "CREATE"), ("Comment", "COMMENT"), ("Lock", "LOCK"),
                         ("GrantRole", ""), ("Reindex", "REINDEX"), ("Cluster", "CLUSTER"),
                         ("RefreshMat", "REFRESH"), ("DeclareCursor", "DECLARE"),
                         ("ClosePortal", "CLOSE"), ("Deallocate", "DEALLOCATE"),
                         ("Constraints", "SET"), ("Reassign", "REASSIGN"),
                         ("SecLabel", "SECURITY"), ("ImportForeign", "IMPORT"),
                         ("Unlisten", "UNLISTEN"), ("Listen", "LISTEN")):
        if kind.startswith(prefix):
            return name
    return kind if kind.isupper() or " " in kind else ""


def expected_kinds(expect):
    kinds = expect.get("kinds") or ([expect["kind"]] if expect.get("kind") else [])
    kinds = expect.get("flags", {}).get("kinds", kinds)
    return [word(node(k) if k.endswith("Stmt") else k) for k in kinds]


def kinds_match(answer, expect):
    """None: the source does not tell."""
    want = expected_kinds(expect)
    if not want or VAGUE & set(want):
        return None
    have = [word(k) for k in answer.get("kinds", [])]
    return have == want or (len(want) == 1 and want[0] in have[:1])


# ---- all cases of a file -----------------------------------------------------

class Report:
    def __init__(self):
        self.number = 0
        self.failed = False
        self.sums = collections.Counter()

    def check(self, name, problems):
        self.number += 1
        print(("ok" if not problems else "not ok"), self.number, "-", name)
        for problem in problems[:20]:
            print("#  ", problem)
        self.failed = self.failed or bool(problems)


def show(what, row, detail):
    if SHOW == what:
        text = " ".join(row["sql"].split())[:int(os.environ.get("GH_WIDTH", "260"))]
        print(f"# {row['id']} {row['dialect']}: {text}\n#      {detail}")


def judge(row, answer, sums):
    """Adds to the sums; gives what is unsound."""
    expect, wrong = row["expect"], []
    sums["cases"] += 1
    if expect.get("kind") == "ERROR" or expect.get("verdict") == "fail-closed":
        return [] if answer["status"] == "refused" or answer["opaque"] else ["passed"]
    if answer["status"] != "ok":
        sums["refused"] += 1
        show("refused", row, answer["reason"])
        return []
    match = kinds_match(answer, expect)
    if match is not None:
        sums["kinds"] += 1
        sums["kinds right"] += match
        if not match:
            show("kinds", row, (expected_kinds(expect), answer["kinds"]))
    if answer["opaque"]:
        sums["opaque"] += 1
        show("opaque", row, answer["reason"])
    ctes = [c.lower() for c in expect.get("ctes", [])]
    if " OF " in row["sql"].upper():  # FOR UPDATE OF names columns and aliases
        ctes += [last(n, 1) for n in re.split(r"[\s,]+", row["sql"].upper().split(" OF ", 1)[1])]
    names = [n for n in expect.get("reads", []) + expect.get("writes", []) +
             expect.get("tables", []) if last(n, 1) not in ctes]
    missing = tables_missing(answer, names)
    sums["tables"] += bool(names)
    sums["tables right"] += bool(names) and not missing
    if missing:
        show("tables", row, (missing, answer["reads"], answer["writes"], answer["opaque"]))
        # what a session is set to is no table, though some oracles say so; nor is each name
        if (not answer["opaque"] and answer["tables_known"] and "kind_sqlfluff" not in expect and
                answer["kinds"][0] not in ("SET", "USE")):
            wrong.append(("tables", missing))
    lineage = expect.get("output_lineage")
    if lineage:
        writes = expect.get("kind", "") != "SELECT" and "." in "".join(lineage)
        bad, exact, count = (writes_of if writes else lineage_of)(answer, lineage, row["sql"])
        wrong += bad
        sums["columns"] += count
        sums["columns exact"] += exact
        sums["lineage"] += 1
        sums["lineage exact"] += exact == count
        if exact != count:
            show("lineage", row, (lineage, answer["write_lineage"] if writes else
                                  [(o["name"], o["origins"], o["unknown"])
                                   for o in answer["outputs"]], answer["reason"]))
    flows = expect.get("flags", {}).get("write_lineage", {})
    wrong += writes_of(answer, flows)[0]
    reads = expect.get("sqlite_columns_read", []) + (
        expect.get("pg_columns_read", []) if row["dialect"] != "sqlite" else [])
    if re.search(r"(?i)\b(semi|anti) join", row["sql"]):  # an alias for these engines
        reads = []
    missing = reads_unsound(answer, reads)
    if missing:
        wrong.append(("columns read", missing))
    return wrong


def corpus(report, name):
    cases = rows(name)
    answers = analyze([{"id": r["id"], "dialect": r["dialect"], "sql": r["sql"],
                        "schema": r.get("schema") or {}, "views": r.get("views") or {}}
                       for r in cases])
    sums, unsound = collections.Counter(), []
    for row, answer in zip(cases, answers):
        wrong = judge(row, answer, sums)
        if wrong:
            unsound.append((row["id"], row["dialect"], " ".join(row["sql"].split())[:300], wrong))
    report.check(f"{name}: nothing is left out", unsound)
    print(f"# {name}: {sums['cases']} cases, {len(unsound)} unsound, {sums['refused']} refused, "
          f"{sums['opaque']} opaque; kinds {sums['kinds right']}/{sums['kinds']}, "
          f"tables {sums['tables right']}/{sums['tables']}, "
          f"columns exact {sums['columns exact']}/{sums['columns']}, "
          f"cases exact {sums['lineage exact']}/{sums['lineage']}")
    report.sums += sums


# ---- attacks and harmless statements -----------------------------------------

def statements(name):
    with open(os.path.join(SHARED, "attacks", name), encoding="utf-8") as lines:
        return [line.rstrip("\n").split("|", 1) for line in lines if "|" in line]


def people(cases):
    return analyze([{"id": ident, "dialect": "postgresql", "sql": sql, "schema": PEOPLE,
                     "views": VIEWS}
                    for ident, sql in cases])


def secret(columns):
    return any(last(c) in ("people.ssn", "people.email", "people.salary", "people.*")
               for c in columns)


def attacks(report):
    """What shows ssn, email or salary must say so, or be unknown."""
    shows = ("B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B13 B14 B15 B16 B17 B18 B19 B20 B21 "
             "B22 B23 B24 B25 B26 B27 B28 B29 B30 B31 B32 B39 B40 B44 B45 B56 B57 B58 B62 B63 B64 "
             "B65 B70 B71 B72").split()
    uses = "B50 B51 B52 B53 B54 B55".split()
    flows = "B38 B41 B46 B47".split()
    wrong = []
    cases = statements("postgresql.txt")
    for (ident, sql), answer in zip(cases, people(cases)):
        key = ident.split("_")[0]
        if answer["status"] != "ok" or answer["opaque"]:
            continue
        shown = len(answer["kinds"]) > 1 or any(o["unknown"] or secret(o["origins"])
                                                for o in answer["outputs"])
        used = shown or not answer["inference_known"] or secret(answer["inference"])
        flown = not answer["write_lineage_known"] or any(
            secret(v) for v in answer["write_lineage"].values())
        if ((key in shows and not shown) or (key in uses and not used) or
                (key in flows and not flown) or
                (key in ("B76", "B78") and answer["where"] == "real")):
            wrong.append((ident, sql, answer))
    report.check("attacks on a secret column are seen", wrong)


def harmless(report):
    cases = statements("harmless.txt")
    wrong = []
    for (ident, sql), answer in zip(cases, people(cases)):
        kind = sql.split()[0].replace("WITH", "SELECT")
        if answer["status"] != "ok" or answer["kinds"] != [kind] or answer["opaque"]:
            wrong.append((ident, sql, answer))
        elif any(o["unknown"] or secret(o["origins"]) for o in answer["outputs"]):
            wrong.append((ident, sql, answer["outputs"]))
    report.check("harmless statements are understood", wrong)


def share(report, name, part, whole, least):
    value = part / whole if whole else 1.0
    report.check(f"{name}: {100 * value:.2f} %, at least {100 * least:.1f} %",
                 [] if value >= least else [f"{part} of {whole}"])


def main():
    if not os.path.isdir(os.path.join(SHARED, "corpus/sql")):
        print("1..0 # SKIP no shared corpus")
        return 0
    report = Report()
    if not ONLY:
        attacks(report)
        harmless(report)
    for name in FILES:
        if ONLY in name:
            corpus(report, name)
    sums = report.sums
    share(report, "tokenised", sums["cases"] - sums["refused"], sums["cases"], 0.999)
    share(report, "kinds", sums["kinds right"], sums["kinds"], 0.99)
    share(report, "columns exact", sums["columns exact"], sums["columns"], 0.95)
    print(f"# tables in full: {sums['tables right']}/{sums['tables']}; "
          f"cases exact {sums['lineage exact']}/{sums['lineage']}; opaque {sums['opaque']}")
    print(f"1..{report.number}")
    return 1 if report.failed else 0


sys.exit(main())
