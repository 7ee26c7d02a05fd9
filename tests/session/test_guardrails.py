#!/usr/bin/python3
"""Guardrails of tests/unit/guardrails.txt on real databases: an agent is stopped before the
database sees the statement, without any configuration; a rule for one guardrail stops the
statement and not the one beside it."""
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import common  # noqa: E402

TABLES = ["CREATE TABLE t(id int, a int, b int)", "INSERT INTO t VALUES (1, 2, 3)",
          "CREATE TABLE u(id int, b int)", "INSERT INTO u VALUES (1, 2)"]
DROP = ["-DROP TABLE t", "-DROP TABLE u", "-DROP SCHEMA s", "-DROP SCHEMA f", "-DROP SCHEMA x",
        "-DROP DATABASE f"]
DIALECTS = {"pg": ("postgresql",), "maria": ("mysql", "mariadb"), "sqlite": ("sqlite",)}


def rows_of(name):
    path = common.HERE.parent / "unit" / "guardrails.txt"
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            row = line.split(" | ")
            if row[0] in DIALECTS[name]:
                yield row


def add_guard(sources, condition):
    """A policy that allows all but what the condition holds for; its sources' suffix."""
    suffix = re.sub("[^a-z]+", "_", condition.lower()).strip("_")
    path = pathlib.Path(sources.work.name, suffix + ".xml")
    if not path.exists():
        path.write_text('<policy xmlns="urn:gatehouse:policy:1" version="1" name="guard" '
                        'default="allow"><rules><rule name="guard" role="*" action="*" '
                        f'verdict="deny"><when {condition}/></rule></rules></policy>')
        sources.add(suffix, path)
    return suffix


def state(raw):
    return [tuple(row) for row in raw.execute("SELECT id, a, b FROM t")]


def stopped(got):
    return isinstance(got, str) and "[Gatehouse]" in got


def stop(tap, raw, source, sql):
    common.run_all(raw, DROP + TABLES)
    with_it = common.Sources.connect(source)
    got = common.outcome(with_it, sql)
    tap.result(stopped(got) and state(raw) == [(1, 2, 3)], f"{source}: {sql}".replace("#", ""),
               got)
    return with_it


def walk(tap, sources, name):
    """Both statements of each row under the guard; the first one as an agent."""
    with sources.raw(name) as raw:
        for _, condition, bad, good, *_ in rows_of(name):
            os.environ.pop("AI_AGENT", None)
            connection = stop(tap, raw, f"{name}-{add_guard(sources, condition)}", bad)
            # psqlODBC never comes back from these
            if good not in ("COPY t TO STDOUT", "COPY t FROM STDIN"):
                got = common.outcome(connection, good)
                tap.result(not stopped(got), f"{name}: not {good}".replace("#", ""), got)
            connection.close()
            os.environ["AI_AGENT"] = "probe"
            stop(tap, raw, f"{name}-gh", bad).close()
        common.run_all(raw, DROP)


def main():
    sources, tap = common.Sources(None), common.Tap()
    for name in DIALECTS:
        walk(tap, sources, name)
    tap.done()


main()
