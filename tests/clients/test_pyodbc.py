#!/usr/bin/python3
"""pyodbc reads and writes through Gatehouse as through the raw driver."""
import datetime
import decimal
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import common  # noqa: E402

common.need_servers()
try:
    import pyodbc
except ImportError:
    print("1..0 # SKIP python3-pyodbc is not installed")
    sys.exit(0)

TAP = common.Tap()
pyodbc.pooling = False

# psqlodbca fails on SQL_C_WCHAR, which pyodbc uses for all texts, without Gatehouse too
STATEMENTS = [
    "SELECT * FROM gh_client ORDER BY id",
    "SELECT name, id FROM gh_client WHERE name IS NOT NULL ORDER BY id",
    "SELECT count(*), min(amount), max(day) FROM gh_client",
    "SELECT body FROM gh_client ORDER BY id DESC",
    "SELECT 1 WHERE 1 = 0",
    "SELECT * FROM no_such_table",
    "SELEC 1",
]


def connect(target, kind):
    keywords = common.policy("transparent") if kind == common.SUFFIX and kind != "raw" else ""
    return pyodbc.connect("DSN=%s-%s%s" % (target, kind, keywords), autocommit=True)


def outcome(action):
    """What an application gets: a value or an error's class and text."""
    try:
        return repr(action())
    except pyodbc.Error as error:
        return "%s %r" % (type(error).__name__, error.args)


def read(connection, sql, *parameters):
    def run():
        cursor = connection.cursor()
        cursor.execute(sql, *parameters)
        return cursor.description, [tuple(row) for row in cursor.fetchall()], cursor.rowcount
    return outcome(run)


def catalog(connection):
    def run():
        cursor = connection.cursor()
        return ([tuple(row) for row in cursor.tables("gh_client")],
                [tuple(row)[2:8] for row in cursor.columns("gh_client")],
                [tuple(row)[2:5] for row in cursor.primaryKeys("gh_client")])
    return outcome(run)


def write(connection):
    """All kinds of parameters, then what came of them."""
    values = [(10, "text", decimal.Decimal("12.34"), datetime.date(2024, 2, 29), "b"),
              (11, None, None, None, None), (12, "\u20ac\U0001f600", decimal.Decimal("-1"),
                                            datetime.date(1, 1, 1), "")]

    def run():
        cursor = connection.cursor()
        cursor.execute("DELETE FROM gh_client WHERE id >= 10")
        for row in values:
            cursor.execute("INSERT INTO gh_client VALUES (?, ?, ?, ?, ?)", row)
        cursor.executemany("UPDATE gh_client SET name = ? WHERE id = ?", [("a", 10), ("b", 11)])
        counts = [cursor.rowcount]
        cursor.execute("SELECT * FROM gh_client WHERE id >= 10 ORDER BY id")
        rows = [tuple(row) for row in cursor.fetchall()]
        cursor.execute("DELETE FROM gh_client WHERE id >= 10")
        return counts + [cursor.rowcount], rows
    return outcome(run)


def transaction(connection):
    def run():
        connection.autocommit = False
        cursor = connection.cursor()
        cursor.execute("UPDATE gh_client SET name = 'gone' WHERE id = 1")
        connection.rollback()
        name = cursor.execute("SELECT name FROM gh_client WHERE id = 1").fetchval()
        connection.commit()
        return name
    try:
        return outcome(run)
    finally:
        connection.autocommit = True


def transparent(target, raw, governed):
    for sql in STATEMENTS:
        TAP.same(read(raw, sql), read(governed, sql), "%s: %s" % (target, sql))
    sql = "SELECT name FROM gh_client WHERE id = ? AND amount < ?"
    TAP.same(read(raw, sql, 1, 99.5), read(governed, sql, 1, 99.5), target + ": parameters")
    TAP.same(catalog(raw), catalog(governed), target + ": catalog functions")
    TAP.same(write(raw), write(governed), target + ": writes of all kinds")
    TAP.same(transaction(raw), transaction(governed), target + ": transactions")
    for info in ("SQL_DBMS_NAME", "SQL_DRIVER_NAME", "SQL_DBMS_VER", "SQL_IDENTIFIER_QUOTE_CHAR"):
        number = getattr(pyodbc, info)
        TAP.same(outcome(lambda n=number: raw.getinfo(n)),
                 outcome(lambda n=number: governed.getinfo(n)), "%s: %s" % (target, info))


def masked(target, raw):
    connection = pyodbc.connect("DSN=%s-%s%s" % (target, common.SUFFIX, common.policy("masked")),
                                autocommit=True)
    sql = "SELECT id, email, ssn, salary, alias, born, photo, note FROM gh_people ORDER BY id"
    shown = read(connection, sql)
    clear = read(raw, sql)
    TAP.ok(common.leak(shown) is None, target + ": masked columns show no secret", shown)
    if target != "pga":
        TAP.ok(common.leak(clear) is not None, target + ": the raw driver shows them", clear)
        TAP.ok("plain one" in shown, target + ": a column without a mask is whole", shown)
        TAP.ok("7319" in shown, target + ": partial leaves the last four", shown)
    TAP.ok(common.leak(read(connection, "SELECT upper(email) FROM gh_people")) is None,
           target + ": nor do expressions")
    denied = read(connection, "DROP TABLE gh_people")
    TAP.ok("ProgrammingError" in denied and "42501" in denied and "[Gatehouse][Policy]" in denied,
           target + ": a denial can be read", denied)
    TAP.ok("(7101)" in denied, target + ": and has its native code", denied)
    TAP.ok("plain one" in read(raw, "SELECT note FROM gh_people WHERE id = 1")
           or target == "pga", target + ": the table is still there")
    connection.close()


def main():
    for target in common.targets():
        raw = connect(target, "raw")
        common.work(raw.cursor())
        common.people(raw.cursor(), target)
        governed = connect(target, common.SUFFIX)
        transparent(target, raw, governed)
        governed.close()
        masked(target, raw)
        raw.cursor().execute("DROP TABLE gh_client")
        raw.close()
    TAP.done()


main()
