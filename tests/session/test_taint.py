#!/usr/bin/python3
"""A masked value that a session puts aside is masked, or refused, wherever it is taken up again."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import common  # noqa: E402

SSN = "536-48-1207"
MAKE = ["CREATE TABLE people(id int, name varchar(40), ssn varchar(20), email varchar(60))",
        f"INSERT INTO people VALUES (1, 'Zoe', '{SSN}', 'zoe.quartz@example.org')",
        "CREATE TABLE staff(id int, ssn varchar(20), note varchar(40))",
        "CREATE TABLE scratch(x varchar(60))"]
# a result of it stays open
OPEN = ["-DROP TABLE orders_open", "CREATE TABLE orders_open(id int)",
        "INSERT INTO orders_open VALUES (1), (2), (3)"]
DROP = ["-DROP TABLE " + name for name in ("people", "staff", "scratch", "copied", "kept")]
DROP = ["-DROP VIEW made", "-DROP VIEW peek"] + DROP

# each list runs in one session; no answer in it may tell
PATHS = [
    ["CREATE TEMPORARY TABLE copied AS SELECT ssn AS x FROM people", "SELECT x FROM copied"],
    ["CREATE TABLE copied AS SELECT id, ssn AS x FROM people", "SELECT x FROM copied"],
    ["CREATE TEMPORARY TABLE copied AS SELECT 1 AS a, 'x' AS b",
     "INSERT INTO copied SELECT id, ssn FROM people", "SELECT b FROM copied",
     "SELECT * FROM copied"],
    ["INSERT INTO scratch SELECT ssn FROM people", "SELECT x FROM scratch"],
    ["INSERT INTO scratch (x) SELECT concat(ssn, '') FROM people", "SELECT x FROM scratch"],
    ["UPDATE people SET name = ssn WHERE id = 1", "SELECT name FROM people"],
    ["UPDATE people SET name = (SELECT max(q.ssn) FROM (SELECT ssn FROM people) q) WHERE id = 1",
     "SELECT name FROM people"],
    ["CREATE VIEW made AS SELECT ssn AS x FROM people", "SELECT x FROM made"],
    ["PREPARE p FROM 'SELECT ssn FROM people'", "EXECUTE p"],
    ["PREPARE p AS SELECT ssn FROM people", "EXECUTE p"],
    # a temporary table in the place of another, its columns in another order
    ["CREATE TEMPORARY TABLE staff AS SELECT '                    ' AS note, 1 AS id, "
     "'                    ' AS ssn", "INSERT INTO staff SELECT ssn, id, name FROM people",
     "SELECT note FROM staff"],
    ["CREATE TEMPORARY TABLE people AS SELECT '                    ' AS name, 1 AS id",
     "SELECT name FROM people", "DROP TABLE people", "SELECT ssn FROM people"],
]
MORE = {
    "pg": [["SELECT ssn AS x INTO TEMP copied FROM people", "SELECT x FROM copied"],
           ["BEGIN", "DECLARE c CURSOR FOR SELECT ssn FROM people", "FETCH c", "ROLLBACK"],
           ["BEGIN", "CREATE TABLE kept AS SELECT 1 AS a", "SELECT ssn FROM people", "ROLLBACK"],
           ["SELECT set_config('a.b', ssn, false) FROM people", "SELECT current_setting('a.b')",
            "SHOW a.b"],
           ["TABLE people"],
           ["WITH w AS (INSERT INTO scratch SELECT ssn FROM people RETURNING x) SELECT x FROM w",
            "SELECT x FROM scratch"]],
    "maria": [["SELECT @x := ssn FROM people", "SELECT @x"],
              ["SET @x = (SELECT max(ssn) FROM people)", "SELECT @x", "SELECT concat(@x, '')"],
              ["SELECT max(ssn) INTO @x FROM people", "SELECT @x"],
              ["SELECT id FROM people WHERE (@x := ssn) IS NOT NULL", "SELECT @x"],
              ["HANDLER people OPEN", "HANDLER people READ FIRST"],
              ["SET @s = 'SELECT ssn FROM people'", "PREPARE p FROM @s", "EXECUTE p"],
              ["INSERT INTO scratch (x) VALUES ('a') ON DUPLICATE KEY UPDATE x = "
               "(SELECT max(ssn) FROM people)", "SELECT x FROM scratch"]],
    "sqlite": [["CREATE TEMP VIEW peek AS SELECT ssn AS x FROM people", "SELECT x FROM peek"],
               ["INSERT INTO scratch SELECT ssn FROM people ON CONFLICT DO NOTHING",
                "SELECT x FROM scratch"],
               ["ALTER TABLE people RENAME COLUMN ssn TO note", "SELECT note FROM people"]],
}
# and what has nothing to hide works
HARMLESS = [("INSERT INTO scratch VALUES ('plain')", []), ("SELECT x FROM scratch", [("plain",)]),
            ("UPDATE scratch SET x = 'other' WHERE x = 'plain'", []),
            ("INSERT INTO scratch SELECT name FROM people WHERE id = 1", []),
            ("INSERT INTO people (id, ssn) SELECT 2, ssn FROM people WHERE id = 1", []),
            ("SELECT x FROM scratch ORDER BY x", [("Zoe",), ("other",)]),
            ("SELECT count(*) FROM people", [(2,)])]

# names that this connection alone knows hide others, also while something is open
APART = [
    (["CREATE TEMPORARY TABLE people (id int, note varchar(40), ssn varchar(40))"],
     "INSERT INTO scratch SELECT ssn FROM public.people", "SELECT x FROM scratch"),
    (["BEGIN", "CREATE TABLE kept (x varchar(40))"],
     "INSERT INTO kept SELECT ssn FROM people", "SELECT x FROM kept"),
    (["CREATE TEMPORARY TABLE away (id int, name varchar(40), ssn varchar(40), email text)",
      "ALTER TABLE away RENAME TO staff"],
     "INSERT INTO staff SELECT id, ssn, name, email FROM people", "SELECT name FROM staff"),
    (["CREATE TEMPORARY TABLE staff (note varchar(40), id int, ssn varchar(40))"],
     "INSERT INTO staff SELECT ssn, id, name FROM people", "SELECT note FROM staff"),
]
# and ordinary work goes on clear, whatever was defined before
AFTER = {"pg": ["CREATE TEMP TABLE work_a (id int PRIMARY KEY, x varchar(40) DEFAULT '')",
                "TRUNCATE scratch",
                "CREATE TABLE kept (id int, x varchar(20))", "DROP TABLE kept",
                "CREATE TEMP TABLE work_b AS SELECT id, name FROM people", "DROP TABLE work_b"],
         "maria": ["CREATE TEMPORARY TABLE work_a (id int PRIMARY KEY, x varchar(40))",
                   "TRUNCATE TABLE scratch",
                   "CREATE TABLE kept (id int, x varchar(20))", "DROP TABLE kept"],
         "sqlite": ["CREATE TEMP TABLE work_a (id int PRIMARY KEY, x varchar(40))",
                    "CREATE TABLE kept (id int, x varchar(20))", "DROP TABLE kept"]}


def tells(answer):
    text = str(answer)
    return any(part in text for part in ("536-48", "quartz", "7021-84-635"))


def walk(tap, sources, name, path):
    connection = sources.governed(name)
    answers = [common.outcome(connection, sql) for sql in path]
    connection.close()
    tap.result(not any(tells(answer) for answer in answers), f"{name}: {'; '.join(path)}"[:150],
               answers)


def walk_apart(tap, sources, path):
    """The write is judged while a result is open on the same connection."""
    made, write, read = path
    connection = sources.governed("pg")
    answers = [common.outcome(connection, sql) for sql in made]
    held = connection.cursor()
    held.execute("SELECT id FROM orders_open")
    answers += [common.outcome(connection, sql) for sql in (write, read)]
    held.close()
    answers.append(common.outcome(connection, read))
    connection.close()
    tap.result(not any(tells(answer) for answer in answers), "apart: " + "; ".join(made), answers)


def work_after(tap, sources, name):
    """Clear columns stay clear while a result is open, and are written elsewhere."""
    connection = sources.governed(name)
    for sql in AFTER[name]:
        tap.result(common.outcome(connection, sql) == [], f"{name}: {sql}")
    held = connection.cursor()
    held.execute("SELECT id FROM orders_open")
    got = common.outcome(connection, "SELECT name FROM people WHERE id = 1")
    tap.result(got == [("Zoe",)], f"{name}: a clear column after definitions", got)
    got = common.outcome(connection, "INSERT INTO scratch SELECT name FROM people WHERE id = 1")
    tap.result(got == [], f"{name}: a clear copy after definitions", got)
    held.close()
    connection.close()


def main():
    sources, tap = common.Sources(), common.Tap()
    for name in ("pg", "maria", "sqlite"):
        raw = sources.raw(name)
        for path in PATHS + MORE[name]:
            common.run_all(raw, DROP + MAKE)
            walk(tap, sources, name, path)
        common.run_all(raw, DROP + MAKE)
        connection = sources.governed(name)
        for sql, expected in HARMLESS:
            got = common.outcome(connection, sql)
            same = sorted(got) == sorted(expected) if isinstance(got, list) else False
            tap.result(same, f"{name}: harmless: {sql}", got)
        connection.close()
        common.run_all(raw, OPEN + DROP + MAKE)
        work_after(tap, sources, name)
        for path in APART if name == "pg" else []:
            common.run_all(raw, DROP + MAKE)
            walk_apart(tap, sources, path)
        common.run_all(raw, ["DROP TABLE orders_open"] + DROP)
        raw.close()
    tap.done()


main()
