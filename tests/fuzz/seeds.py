#!/usr/bin/python3
"""Seeds for the fuzz targets of the analyser: seeds.py sql|lexer|rewrite FOLDER.

From the project's own cases, and from the shared corpora where they are (GH_SHARED).
"""
import glob
import hashlib
import json
import os
import sys

SOURCE = os.environ.get("top_srcdir", ".")
SHARED = os.environ.get("GH_SHARED", os.path.join(SOURCE, "..", "shared"))
# in the order of enum gh_dialect
DIALECTS = ["generic", "postgresql", "mysql", "mariadb", "sqlite", "tsql", "oracle", "ansi",
            "snowflake", "bigquery", "redshift", "db2", "duckdb", "spark", "hive", "trino",
            "clickhouse", "teradata"]
ALIASES = {"postgres": "postgresql", "databricks": "spark", "presto": "trino", "odbc": "ansi"}
# of the lexer: enum gh_sql_mode, some that go together
MODES = [0x0, 0xF0E0360, 0x30FC6, 0x0C30E5, 0x30F04F, 0xFFFFFFF]


def own():
    with open(os.path.join(SOURCE, "tests/sql/cases.txt"), encoding="utf-8") as lines:
        for line in lines:
            if line[0] not in "#\n":
                yield line.split(" | ")[:2]


def shared():
    for path in sorted(glob.glob(os.path.join(SHARED, "corpus/sql/*.jsonl"))):
        with open(path, encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row.get("split") == "dev" and len(row["sql"]) < 1500:
                    yield row["dialect"], row["sql"]
    for path in glob.glob(os.path.join(SHARED, "attacks/*.txt")):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if "|" in line:
                    yield "postgresql", line.rstrip("\n").split("|", 1)[1]


def header(target, dialect, number):
    if target == "lexer":
        return MODES[number % len(MODES)].to_bytes(4, "little")
    dialect = ALIASES.get(dialect, dialect)
    index = DIALECTS.index(dialect) if dialect in DIALECTS else 0
    # the catalogue's bit, and the dialect again modulo their number
    return bytes([next(b for b in range(0x80, 0xA0) if b % len(DIALECTS) == index)])


def main():
    target, folder = sys.argv[1:]
    for number, (dialect, sql) in enumerate([*own(), *shared()]):
        data = header(target, dialect, number) + sql.encode()
        name = hashlib.sha1(data).hexdigest()
        with open(os.path.join(folder, name), "wb") as out:
            out.write(data)


main()
