#!/usr/bin/python3
"""Statements that are too long, too wide and too deep, in several dialects.

Each must be refused with a reason, or be answered soundly: what it shows of people.ssn is
named, or unknown.  The process that analyses them has limits of its own on CPU time, and on
memory where no sanitizer needs more.
"""
import json
import os
import random
import resource
import subprocess
import sys

BUILD = os.environ.get("top_builddir", ".")
SANITIZED = os.environ.get("GH_SANITIZED", "")
SCHEMA = {"people": ["id", "name", "email", "ssn", "salary"]}
DIALECTS = ["postgresql", "mysql", "tsql", "bigquery", "generic"]
CPU_SECONDS = 240 if SANITIZED else 60
MEMORY = 512 << 20


def nested(before, middle, count, after, end):
    return before + middle * count + after + end * count


# name, text, does it show ssn
SHAPES = [
    ("a chain of 1,000,000", "SELECT 1" + "+1" * 1000000 + "+ssn FROM people", True),
    ("a chain of 25,000", "SELECT 1" + "+1" * 25000 + "+ssn FROM people", True),
    ("AND, 10,000 times", "SELECT ssn FROM people WHERE id=1" + " AND id=1" * 10000, True),
    ("100,000 brackets", nested("SELECT ", "(", 100000, "ssn", ")") + " FROM people", True),
    ("100 brackets", nested("SELECT ", "(", 100, "ssn", ")") + " FROM people", True),
    ("10,000 columns", "SELECT 1" + ", ssn" * 10000 + " FROM people", True),
    ("4,000 columns", "SELECT ssn" + ", ssn" * 4000 + " FROM people", True),
    ("100,000 in a list", "SELECT ssn FROM people WHERE id IN (1" + ",1" * 100000 + ")", True),
    ("30,000 in a list", "SELECT ssn FROM people WHERE id IN (1" + ",1" * 30000 + ")", True),
    ("CASE in CASE, 5,000", nested("SELECT ", "CASE WHEN 1=1 THEN ", 5000, "ssn", " END") +
     " FROM people", True),
    ("CASE with 8,000 arms", "SELECT CASE" + " WHEN 1=2 THEN 3" * 8000 +
     " ELSE ssn END FROM people", True),
    ("queries in queries, 1,000", nested("", "SELECT * FROM (", 1000, "SELECT ssn FROM people",
                                         ") q"), True),
    ("values in values, 1,000", nested("SELECT ", "(SELECT ", 1000, "max(ssn) FROM people", ")"),
     True),
    ("WITH in WITH, 1,000", nested("", "WITH a AS (", 1000, "SELECT ssn FROM people",
                                   ") SELECT * FROM a"), True),
    ("WITH of 1,000", "WITH a0 AS (SELECT ssn FROM people)" + "".join(
        f", a{i} AS (SELECT ssn FROM a{i - 1})" for i in range(1, 1000)) + " SELECT ssn FROM a999",
     True),
    ("UNION, 10,000", "SELECT ssn FROM people" + " UNION ALL SELECT ssn FROM people" * 10000,
     True),
    ("3,000 tables", "SELECT p.ssn FROM people p" + ", people" * 3000, True),
    ("JOIN, 900", "SELECT p.ssn FROM people p" + "".join(
        f" JOIN people p{i} ON p.id = p{i}.id" for i in range(900)), True),
    ("calls in calls, 5,000", nested("SELECT ", "lower(", 5000, "ssn", ")") + " FROM people",
     True),
    ("NOT, 20,000", "SELECT " + "NOT " * 20000 + "ssn FROM people", True),
    ("minus, 20,000", "SELECT " + "- " * 20000 + "ssn FROM people", True),
    ("comments, 100,000", "SELECT " + "/* " * 100000 + " */ ssn FROM people", True),
    ("quotes, 400,000", "SELECT '" + "''" * 400000 + "', ssn FROM people", True),
    ("escapes in escapes", nested("SELECT ", "{fn lower(", 3000, "ssn", ")}") + " FROM people",
     True),
    ("30,000 statements", "SELECT ssn FROM people" + ";SELECT 1" * 30000, True),
    ("30,000 semicolons", ";" * 30000 + "SELECT ssn FROM people", True),
    ("BEGIN, 10,000", "BEGIN " * 10000 + "SELECT ssn FROM people", True),
    ("EXPLAIN, 10,000", "EXPLAIN " * 10000 + "SELECT ssn FROM people", True),
    ("a row of 10,000", "INSERT INTO people VALUES (1" + ", 1" * 10000 + ")", False),
    ("a table of 10,000", "CREATE TABLE t (a0 int" + "".join(
        f", a{i} int" for i in range(1, 10000)) + ")", False),
    ("a name of 100,000", "SELECT " + "a." * 50000 + "ssn FROM people", True),
    ("angle brackets", "SELECT " + "a<" * 30000 + "ssn FROM people", True),
]


# these are within the limits
ANSWERED = ["a chain of 25,000", "100 brackets", "30,000 in a list", "AND, 10,000 times",
            "CASE with 8,000 arms", "NOT, 20,000"]


def garbage(seed):
    chance = random.Random(seed)
    words = ["SELECT ", "FROM ", "(", ")", "'", '"', "--", "\n", "/*", "*/", "ssn ", ", ", "[", "{",
             "WITH ", "CASE ", "END ", "é", "\\", "$$", "`", ";", "JOIN ", "1", "+", "people "]
    text = ""
    while len(text) < (1 << 20) - 64:
        text += "".join(chance.choice(words) for _ in range(2000)) if seed % 2 else \
            "".join(chr(chance.randrange(32, 127)) for _ in range(2000))
    return text[:(1 << 20) - 1]


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def analyze(texts, dialect):
    lines = "".join(json.dumps({"dialect": dialect, "sql": t, "schema": SCHEMA}) + "\n"
                    for t in texts)
    run = subprocess.run([os.path.join(BUILD, "gatehouse"), "analyze", "--jsonl"],
                         input=lines.encode(), stdout=subprocess.PIPE, check=False,
                         preexec_fn=limit)
    answers = [json.loads(line) for line in run.stdout.decode().splitlines()]
    return answers if run.returncode in (0, 1) and len(answers) == len(texts) else run.returncode


def shown(answer):
    """Is it said that ssn, or anything, may be shown?"""
    return answer["opaque"] or len(answer["kinds"]) > 1 or any(
        o["unknown"] or any(c.split(".")[-1] in ("ssn", "*") for c in o["origins"])
        for o in answer["outputs"])


def wrong(name, answer, shows):
    if name in ANSWERED and (answer["status"] != "ok" or answer["opaque"]):
        return True
    if answer["status"] == "refused":
        return not answer["reason"]
    return shows and not shown(answer)


def main():
    cases = SHAPES + [(f"garbage {seed}", garbage(seed), False) for seed in range(4)]
    failed = False
    print(f"1..{len(DIALECTS)}")
    for number, dialect in enumerate(DIALECTS, 1):
        answers = analyze([text for _, text, _ in cases], dialect)
        if isinstance(answers, int):
            bad = [f"ended with {answers}"]
        else:
            bad = [(name, answer) for (name, _, shows), answer in zip(cases, answers)
                   if wrong(name, answer, shows)]
        failed = failed or bool(bad)
        print("not ok" if bad else "ok", number, f"- {len(cases)} statements in {dialect}")
        for problem in bad[:3]:
            print("#", str(problem)[:500])
    return 1 if failed else 0


sys.exit(main())
