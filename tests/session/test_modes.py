#!/usr/bin/python3
"""A text that reads differently in two modes is analysed in the one that the session is in.

Where the session's mode is not known, both are analysed: masked or denied, never a leak.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import common  # noqa: E402

SSN = "536-48-7319"
SHOWN = "*******7319"
MAKE = ["-DROP TABLE people", "CREATE TABLE people (id int, name varchar(20), ssn varchar(20), "
        "email varchar(40))", f"INSERT INTO people VALUES (1, 'Zoe', '{SSN}', 'z@example.com')"]
NAME = 'SELECT "ssn" FROM people'
# one text with the mode's backslash, two columns and ssn without
SLASH = "SELECT 'a\\', ssn, ' AS b FROM people WHERE id = 1 -- '"


def clean(rows):
    """True for what a mask or a denial leaves."""
    return SSN not in str(rows)


class Check:
    """Statements on one connection, and what they are to give."""

    def __init__(self, tap, name, connection):
        self.tap, self.name, self.connection = tap, name, connection

    def gives(self, sql, rows, title):
        got = common.outcome(self.connection, sql)
        self.tap.result(got == rows, f"{self.name}: {title}", got)

    def hides(self, sql, title):
        got = common.outcome(self.connection, sql)
        self.tap.result(clean(got), f"{self.name}: {title}", got)

    def does(self, sql):
        got = common.outcome(self.connection, sql)
        if got != []:
            self.tap.result(False, f"{self.name}: {sql}", got)


def mariadb(tap, connection):
    check = Check(tap, "maria", connection)
    check.gives(NAME, [("ssn",)], "a text in double quotes")
    check.gives(NAME, [("ssn",)], "and again")
    check.does("SET sql_mode = 'ANSI_QUOTES'")
    check.gives(NAME, [(SHOWN,)], "a column in double quotes")
    check.does("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')")
    check.gives(NAME, [(SHOWN,)], "a mode that was added to")
    check.hides(SLASH, "a backslash that escapes nothing")
    check.gives("SELECT 'a\\', ssn, 'b' FROM people", [("a\\", SHOWN, "b")],
                "what stands behind it is masked")
    check.does("SET sql_mode = ''")
    check.gives(NAME, [("ssn",)], "back again")
    check.gives(SLASH, [("a', ssn, ",)], "a backslash that escapes")
    check.does("SET @q = 'ANSI_QUOTES'")
    common.outcome(connection, "SET sql_mode = @q")
    check.hides(NAME, "a mode from a variable")
    check.does("SET sql_mode = ''")
    common.outcome(connection, "EXECUTE IMMEDIATE CONCAT('SET sql_mode = ', '''ANSI_QUOTES''')")
    check.hides(NAME, "a mode that was set in dynamic SQL")
    check.does("SET sql_mode = ''")
    prepared(tap, connection)
    busy(tap, connection)


def prepared(tap, connection):
    """What was prepared in one mode and runs in another is read both ways."""
    cursor = connection.cursor()
    common.outcome(connection, "SET sql_mode = 'ANSI_QUOTES'")
    sql = 'SELECT "ssn" FROM people WHERE id = ?'
    got = [cursor.execute(sql, 1).fetchall()]
    common.outcome(connection, "SET sql_mode = ''")
    try:
        got.append(cursor.execute(sql, 1).fetchall())
    except common.pyodbc.Error as error:
        got.append(str(error))
    cursor.close()
    tap.result(clean(got) and got[0][0][0] == SHOWN, "maria: prepared in the other mode", got)


def busy(tap, connection):
    """In a transaction the session is not asked: it is read both ways."""
    connection.autocommit = False
    got = common.outcome(connection, NAME)
    common.outcome(connection, "SET sql_mode = 'ANSI_QUOTES'")
    got = [got, common.outcome(connection, NAME)]
    connection.rollback()
    connection.autocommit = True
    got.append(common.outcome(connection, NAME))
    tap.result(clean(got) and got[2] == [(SHOWN,)], "maria: in a transaction, and behind it", got)
    common.outcome(connection, "SET sql_mode = ''")


def postgresql(tap, connection):
    check = Check(tap, "pg", connection)
    check.gives("SELECT 'a\\' AS a, name, 'b' AS b FROM people", [("a\\", "Zoe", "b")],
                "a backslash that escapes nothing")
    check.gives("SELECT 'a\\' AS a, ssn, 'b' AS b FROM people", [("a\\", SHOWN, "b")],
                "and what stands behind it is masked")
    check.does("SET standard_conforming_strings = off")
    check.hides("SELECT 'a\\', ssn, ' FROM people WHERE id = 1 -- '", "a backslash that escapes")
    check.hides("SELECT 'a\\'', ssn, ' AS b FROM people", "a quote that is escaped")
    check.does("RESET standard_conforming_strings")
    check.gives("SELECT 'a\\' AS a, ssn, 'b' AS b FROM people", [("a\\", SHOWN, "b")],
                "back again")
    common.outcome(connection, "SELECT set_config('standard_conforming_strings', 'off', false)")
    check.hides("SELECT 'a\\'', ssn, ' AS b FROM people", "a mode that a function set")
    check.does("RESET standard_conforming_strings")
    connection.autocommit = False
    common.outcome(connection, "SET standard_conforming_strings = off")
    connection.rollback()
    connection.autocommit = True
    check.gives("SELECT 'a\\' AS a, ssn, 'b' AS b FROM people", [("a\\", SHOWN, "b")],
                "what a rollback took back")


def main():
    sources, tap = common.Sources(), common.Tap()
    for name, test in (("maria", mariadb), ("pg", postgresql)):
        raw = sources.raw(name)
        common.run_all(raw, MAKE)
        connection = sources.governed(name)
        test(tap, connection)
        connection.close()
        common.run_all(raw, ["DROP TABLE people"])
        raw.close()
    tap.done()


main()
