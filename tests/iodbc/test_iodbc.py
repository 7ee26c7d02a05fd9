#!/usr/bin/python3
"""Through iODBC a governed data source looks like the raw one, and policy holds.

For a build with --with-iodbc.  The driver is SQLite's, which has ANSI functions
only: those of psqlODBC and MariaDB are built for unixODBC's SQLWCHAR of 2 bytes
and give garbled text here, raw too.
"""

import ctypes
import glob
import os
import sqlite3
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.environ.get("top_srcdir", "."))
BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
WHERE = os.environ.get("GH_IODBC", "")
NTS, SUCCESS = -3, 0
HANDLE_ENV, HANDLE_DBC, HANDLE_STMT = 1, 2, 3
C_CHAR = 1

TABLES = """
CREATE TABLE people (id INTEGER, name VARCHAR(40), email VARCHAR(60), born DATE);
INSERT INTO people VALUES (1, 'Ann', 'ann@example.com', '1970-01-31');
INSERT INTO people VALUES (2, 'J\u00f6rg \u0141', NULL, NULL);
INSERT INTO people VALUES (3, '', 'eve@example.com', '2000-02-29');
"""
SAME = ["SELECT * FROM people", "SELECT id, name FROM people WHERE name LIKE 'J%'",
        "SELECT COUNT(*) FROM people", "INSERT INTO people VALUES (4, 'Dan', NULL, NULL)",
        "UPDATE people SET name = 'Don' WHERE id = 3", "DELETE FROM people WHERE id = 3",
        "SELECT nothing FROM nowhere", "not a statement", "tables", "datatypes", "qualifiers",
        "owners", "types"]


def first(*patterns):
    """The first path that matches one of the patterns; empty if there is none."""
    for pattern in patterns:
        for path in sorted(glob.glob(pattern)):
            return path
    return ""


PROGRAM = first(f"{WHERE}/usr/bin/iodbctest", "/usr/bin/iodbctest")
MANAGER = first(f"{WHERE}/usr/lib/*/libiodbc.so.2", "/usr/lib/*/libiodbc.so.2")
SQLITE = first("/usr/lib/*/odbc/libsqlite3odbc.so")


class Tap:
    """Counts and prints."""

    count = 0
    failed = 0

    def check(self, name, good, *notes):
        """One result."""
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        for note in () if good else notes:
            for line in str(note).splitlines():
                print(f"# {line}")


def environment(folder):
    """iODBC's settings and libraries, and nobody else's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ODBC")}
    kept.update(ODBCINI=f"{folder}/odbc.ini", ODBCINSTINI=f"{folder}/odbcinst.ini",
                HOME=folder, XDG_CONFIG_HOME=folder, XDG_STATE_HOME=folder,
                LD_LIBRARY_PATH=os.path.dirname(MANAGER), LC_ALL="C.UTF-8")
    return kept


def write_database(folder):
    """The table with its rows."""
    with sqlite3.connect(f"{folder}/people.db") as database:
        database.executescript("DROP TABLE IF EXISTS people;" + TABLES)


def write_sources(folder):
    """The raw data source, and two in front of it: one that allows all, one as it comes."""
    write_database(folder)
    driver = f"Driver={BUILD}/.libs/libgatehouse.so\nTargetDSN=raw\nJournal={folder}/journal\n"
    with open(f"{folder}/odbc.ini", "w", encoding="utf-8") as ini:
        ini.write("[ODBC Data Sources]\nraw=SQLite\nopen=Gatehouse\nmasked=Gatehouse\n"
                  f"[raw]\nDriver={SQLITE}\nDatabase={folder}/people.db\n"
                  f"[open]\n{driver}Policy={TOP}/tests/odbc/transparent.xml\n"
                  f"[masked]\n{driver}")
    with open(f"{folder}/odbcinst.ini", "w", encoding="utf-8"):
        pass


def ask(folder, source, text):
    """What iodbctest says to one line."""
    answer = subprocess.run([PROGRAM, f"DSN={source}"], input=f"{text}\n\nexit\n", text=True,
                            capture_output=True, env=environment(folder), timeout=60,
                            check=False)
    return answer.stdout + answer.stderr


def lines_of(folder, source, text):
    """The answer on a fresh database.  SQLite's driver never forgets a warning that iODBC's
    own attributes cause before the connect; Gatehouse does with the next call."""
    write_database(folder)
    return [line for line in ask(folder, source, text).splitlines() if "SQLSTATE=01S02" not in line]


def compare(tap, folder):
    """The same words to both sides."""
    for text in SAME:
        raw, governed = (lines_of(folder, source, text) for source in ("raw", "open"))
        tap.check(f"iodbctest: {text}", raw == governed and len(raw) > 5, "raw:", *raw,
                  "governed:", *governed)


def policy_holds(tap, folder):
    """The built-in policy through iODBC."""
    said = ask(folder, "masked", "SELECT * FROM people")
    tap.check("iodbctest: a masked column is masked",
              "returned 3 rows" in said and "example" not in said, said)
    said = ask(folder, "masked", "DROP TABLE people")
    tap.check("iodbctest: a denial says why",
              "[Gatehouse][Policy] Blocked by policy" in said and "42501" in said, said)
    said = ask(folder, "raw", "SELECT COUNT(*) FROM people")
    tap.check("iodbctest: what was denied did not happen", "3" in said, said)


# ---- W functions: characters of 4 bytes, which iodbctest does not use -------------------------


def transcript(source, sql):
    """What an application of W functions sees; runs in a process with the settings."""
    odbc = ctypes.CDLL(MANAGER)
    env, dbc, stmt = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    text, state = ctypes.create_unicode_buffer(300), ctypes.create_unicode_buffer(6)
    value, number = ctypes.create_string_buffer(100), ctypes.c_int()
    length, size = ctypes.c_short(), ctypes.c_long()
    kept = [odbc.SQLAllocHandle(HANDLE_ENV, None, ctypes.byref(env)),
            odbc.SQLSetEnvAttr(env, 200, ctypes.c_void_p(3), 0),
            odbc.SQLAllocHandle(HANDLE_DBC, env, ctypes.byref(dbc)),
            odbc.SQLDriverConnectW(dbc, None, f"DSN={source}", NTS, None, 0, None, 0),
            odbc.SQLGetInfoW(dbc, 17, text, 600, ctypes.byref(length)), text.value, length.value,
            odbc.SQLAllocHandle(HANDLE_STMT, dbc, ctypes.byref(stmt)),
            odbc.SQLExecDirectW(stmt, sql, NTS),
            odbc.SQLDescribeColW(stmt, 1, text, 100, ctypes.byref(length), None, None, None,
                                 None), text.value]
    while odbc.SQLFetch(stmt) == SUCCESS:
        kept += [odbc.SQLGetData(stmt, 1, C_CHAR, value, 100, ctypes.byref(size)),
                 value.value.decode(), size.value]
    kept += [odbc.SQLFreeStmt(stmt, 0), odbc.SQLExecDirectW(stmt, "SELECT x FROM", NTS),
             odbc.SQLGetDiagRecW(HANDLE_STMT, stmt, 1, state, ctypes.byref(number), text, 300,
                                 ctypes.byref(length)), state.value, text.value,
             odbc.SQLColumnsW(stmt, None, 0, None, 0, "people", NTS, "na%", NTS)]
    while odbc.SQLFetch(stmt) == SUCCESS:
        kept += [odbc.SQLGetData(stmt, 4, C_CHAR, value, 100, ctypes.byref(size)), value.value]
    return kept + [odbc.SQLFreeHandle(HANDLE_STMT, stmt), odbc.SQLDisconnect(dbc),
                   odbc.SQLFreeHandle(HANDLE_DBC, dbc), odbc.SQLFreeHandle(HANDLE_ENV, env)]


def wide(folder, source, sql):
    """The transcript from a process of its own."""
    answer = subprocess.run([sys.executable, os.path.abspath(__file__), source, sql], check=False,
                            capture_output=True, text=True, timeout=60,
                            env=dict(environment(folder), GH_IODBC=WHERE, top_srcdir=TOP,
                                     top_builddir=BUILD))
    return answer.stdout + answer.stderr


def compare_wide(tap, folder):
    """ASCII as raw; beyond, where iODBC's own conversion for the raw driver fails, as meant."""
    sql = "SELECT name AS called FROM people WHERE id = 1"
    raw, governed = (wide(folder, source, sql) for source in ("raw", "open"))
    tap.check("W functions: the same as raw", raw == governed and "'Ann', 3" in raw,
              f"raw: {raw}", f"governed: {governed}")
    meant = "sm\u00f8rg \u4e16\u754c \U0001f600"
    said = wide(folder, "open", f"SELECT '{meant}' AS \u00e6")
    tap.check("W functions: characters beyond ASCII arrive",
              f"'\u00e6', 0, '{meant}', {len(meant.encode())}" in said, said)


def main():
    """Prints TAP."""
    if len(sys.argv) == 3:
        print(transcript(*sys.argv[1:]))
        return 0
    if not (PROGRAM and MANAGER and SQLITE):
        print("1..0 # SKIP no iodbctest, libiodbc or SQLite driver")
        return 0
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="gh-iodbc-") as folder:
        write_sources(folder)
        compare(tap, folder)
        compare_wide(tap, folder)
        policy_holds(tap, folder)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
