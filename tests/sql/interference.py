#!/usr/bin/python3
"""Non-interference on SQLite: only columns that an output names may change it.

Random queries over random schemas.  One column's data is changed; an output that then differs
must have that column among its origins or in the inference.  Where rows are compared (DISTINCT,
UNION) they are told apart by what is shown beside it.  And what SQLite's authorizer is asked to
read must be named.  --long, or GH_LONG, makes 100,000.
"""
import os
import random
import sqlite3
import sys

sys.dont_write_bytecode = True

import queries  # pylint: disable=wrong-import-position

BATCH = 500


class Engine:
    """Databases that differ in one column, and what was read of the first."""

    def __init__(self, schema):
        self.schema = schema
        self.made = {}
        self.read = set()

    def database(self, changed):
        if changed not in self.made:
            made = self.made[changed] = sqlite3.connect(":memory:")
            for table, rows in queries.make_rows(self.schema, changed).items():
                columns = self.schema[table]
                made.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
                made.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})",
                                 rows)
            if changed is None:
                made.set_authorizer(self.note)
        return self.made[changed]

    def note(self, action, table, column, _database, _trigger):
        if action == sqlite3.SQLITE_READ and column in self.schema.get(table, []):
            self.read.add(f"{table}.{column}")
        return sqlite3.SQLITE_OK

    def run(self, changed, sql):
        try:
            cursor = self.database(changed).execute(sql)
            return queries.sorted_columns(cursor.fetchall(), len(cursor.description))
        except sqlite3.Error:
            return None


def main():
    long = "--long" in sys.argv or os.environ.get("GH_LONG")
    count = 100000 if long else int(os.environ.get("GH_QUERIES", "3000"))
    seed = os.environ.get("GH_SEED", "1")
    sums = queries.Sums()
    for start in range(0, count, BATCH):
        schema = queries.make_schema(random.Random(f"{seed}:{start}"))
        engine = Engine(schema)
        texts = [queries.Maker(f"{seed}:{n}", schema).statement()
                 for n in range(start, min(count, start + BATCH))]
        for sql, answer in zip(texts, queries.analyze(texts, schema, "sqlite")):
            judge = queries.Judge(sql, answer)
            engine.read.clear()
            ran = queries.interfere(judge, schema, engine.run)
            judge.reads(engine.read if ran else [])
            sums.add(judge, ran)
    return sums.report()


sys.exit(main())
