#!/usr/bin/python3
"""Non-interference on PostgreSQL, as tests/sql/interference.py has it on SQLite.

Each schema of the database has the same tables, with one column's data changed in all but the
first.  What the server notes a view of the query to depend on (pg_depend) must be named too.
Skipped without servers.
"""
import os
import random
import sys

sys.dont_write_bytecode = True

import queries  # pylint: disable=wrong-import-position

BATCH = 500
DEPENDS = """SELECT DISTINCT c.relname || '.' || a.attname
 FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
 JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND c.relkind = 'r'
 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
 WHERE r.ev_class = 'gh_depends'::regclass AND d.refobjsubid > 0"""

if "GH_TEST_ENV" not in os.environ:
    print("ok 1 # SKIP no servers (run tests/run.sh)\n1..1")
    sys.exit(0)
import pyodbc  # pylint: disable=wrong-import-position

pyodbc.pooling = False


class Engine:
    """A connection for each changed column, whose search path says which data it sees."""

    def __init__(self, schema):
        self.schema = schema
        self.made = {}
        self.owner = self.connect("public", True)

    @staticmethod
    def connect(path, autocommit):
        made = pyodbc.connect("DSN=pg-raw", autocommit=autocommit)
        made.execute(f"SET search_path = {path}")
        made.execute("SET statement_timeout = 1000")
        made.execute("SET jit = off")  # it takes longer than these queries do
        if not autocommit:
            made.commit()
        return made

    def fill(self, space, changed):
        self.owner.execute(f"DROP SCHEMA IF EXISTS {space} CASCADE")
        self.owner.execute(f"CREATE SCHEMA {space}")
        for table, rows in queries.make_rows(self.schema, changed).items():
            columns = self.schema[table]
            self.owner.execute(f"CREATE TABLE {space}.{table} ({' int, '.join(columns)} int)")
            values = ", ".join(str(tuple(row)).replace("None", "NULL") for row in rows)
            self.owner.execute(f"INSERT INTO {space}.{table} VALUES {values}")

    def connection(self, changed):
        if changed not in self.made:
            space = "gh_" + ("plain" if changed is None else "_".join(changed))
            self.fill(space, changed)
            self.made[changed] = self.connect(space, False)
        return self.made[changed]

    def run(self, changed, sql):
        connection = self.connection(changed)
        try:
            cursor = connection.execute(sql)
            return queries.sorted_columns(cursor.fetchall(), len(cursor.description))
        except pyodbc.Error:
            return None
        finally:
            connection.rollback()

    def depends(self, sql):
        """Columns that a view of the query depends on."""
        connection = self.connection(None)
        try:
            connection.execute(f"CREATE VIEW gh_depends AS {sql}")
            return {row[0] for row in connection.execute(DEPENDS).fetchall()}
        except pyodbc.Error:
            return set()
        finally:
            connection.rollback()

    def close(self):
        for connection in [*self.made.values(), self.owner]:
            connection.close()


def main():
    long = "--long" in sys.argv or os.environ.get("GH_LONG")
    count = 100000 if long else int(os.environ.get("GH_QUERIES", "500"))
    seed = os.environ.get("GH_SEED", "1")
    sums = queries.Sums()
    for start in range(0, count, BATCH):
        schema = queries.make_schema(random.Random(f"{seed}:{start}"))
        engine = Engine(schema)
        texts = [queries.Maker(f"{seed}:{n}", schema, postgresql=True).statement()
                 for n in range(start, min(count, start + BATCH))]
        for sql, answer in zip(texts, queries.analyze(texts, schema, "postgresql")):
            judge = queries.Judge(sql, answer)
            ran = queries.interfere(judge, schema, engine.run)
            judge.reads(engine.depends(sql) if ran else [])
            sums.add(judge, ran)
        engine.close()
    return sums.report()


sys.exit(main())
