#!/usr/bin/python3
"""What was decided of a text holds for the same bytes and the same names, and for no others."""
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import common  # noqa: E402

SSN, SHOWN = "536-48-1207", "*******1207"
MAKE = ["CREATE TABLE people(id int, name varchar(40), ssn varchar(20), email varchar(60))",
        f"INSERT INTO people VALUES (1, 'Zoe', '{SSN}', 'zoe@example.org')",
        "CREATE TABLE other(id int, ssn varchar(20))", "INSERT INTO other VALUES (1, 'open')",
        "CREATE TABLE dropped(id int)", "CREATE VIEW v AS SELECT ssn AS x FROM other"]
DROP = ["-DROP VIEW v", "-DROP TABLE people", "-DROP TABLE other", "-DROP TABLE dropped"]
PAD = "x" * 300


def middle(column):
    """Texts of one length and the same ends."""
    return f"SELECT '{PAD}', {column:4}, '{PAD}' FROM people"


def same_ends(tap, name, connection):
    for turn in range(3):
        clear = common.outcome(connection, middle("name"))[0][1]
        masked = common.outcome(connection, middle("ssn"))[0][1]
        tap.result((clear, masked) == ("Zoe", SHOWN), f"{name}: same ends, turn {turn}",
                   (clear, masked))


def many(tap, name, connection):
    """More texts than are kept, twice over, in an order in which the oldest is always next."""
    wrong = []
    for turn in range(2):
        for number in range(150):
            column = "ssn" if number % 3 == 0 else "name"
            rows = common.outcome(connection, f"SELECT {column}, {number} FROM people")
            if rows != [(SHOWN if column == "ssn" else "Zoe", number)]:
                wrong.append((turn, number, rows))
    tap.result(not wrong, f"{name}: 150 texts twice", wrong[:3])


def prepared(tap, name, connection):
    """A statement that stays prepared is judged again when names have changed."""
    cursor = connection.cursor()
    sql = "SELECT x FROM v WHERE 1 = ?"
    before = cursor.execute(sql, 1).fetchall()[0][0]
    with common.pyodbc.connect(f"DSN={name}-raw", autocommit=True) as raw:
        raw.execute("DROP VIEW v")
        raw.execute("CREATE VIEW v AS SELECT ssn AS x FROM people")
    common.outcome(connection, "DROP TABLE dropped")
    try:
        after = cursor.execute(sql, 1).fetchall()[0][0]
    except common.pyodbc.Error as error:
        after = str(error)
    tap.result(before == "open" and SSN not in after, f"{name}: prepared, then another view",
               (before, after))
    cursor.close()


def stale(tap, name, connection):
    """A view that another session made anew, with other columns, within the time of the cache."""
    sql = "SELECT * FROM w"
    with common.pyodbc.connect(f"DSN={name}-raw", autocommit=True) as raw:
        common.run_all(raw, ["-DROP VIEW w", "CREATE VIEW w AS SELECT id, name FROM people"])
        before = common.outcome(connection, sql)
        common.run_all(raw, ["DROP VIEW w", "CREATE VIEW w AS SELECT ssn, name AS id FROM people"])
        after = common.outcome(connection, sql)
        again = common.outcome(connection, sql)
        raw.execute("DROP VIEW w")
    tap.result(before == [(1, "Zoe")] and SSN not in str(after) and again == [(SHOWN, "Zoe")],
               f"{name}: other columns than were analysed", (before, after, again))


def denied(tap, name, connection):
    got = [common.outcome(connection, "SELECT id FROM people ORDER BY email") for _ in range(3)]
    tap.result(all("may not be used" in str(one) for one in got), f"{name}: denied each time", got)


def threads(tap, name, connection):
    """One connection, many statements: facts that are shared are freed once."""
    wrong = []

    def work():
        for number in range(40):
            rows = common.outcome(connection, f"SELECT ssn, {number % 7} FROM people")
            if rows != [(SHOWN, number % 7)]:
                wrong.append(rows)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    tap.result(not wrong, f"{name}: four threads", wrong[:3])


def main():
    sources, tap = common.Sources(), common.Tap()
    for name in ("pg", "maria", "sqlite"):
        raw = sources.raw(name)
        common.run_all(raw, DROP + MAKE)
        connection = sources.governed(name)
        for test in (same_ends, many, denied, prepared):
            test(tap, name, connection)
        if name != "sqlite":  # its driver tells the names that it knew before the change
            stale(tap, name, connection)
        if name == "pg":
            threads(tap, name, connection)
        connection.close()
        common.run_all(raw, DROP)
        raw.close()
    tap.done()


main()
