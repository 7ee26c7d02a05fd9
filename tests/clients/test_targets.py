#!/usr/bin/python3
"""Drivers without a server of theirs: they load, and their failures come through unchanged.

FreeTDS where nobody listens, and mdbtools, which has few functions of ODBC 3, without its file.
With one, which GH_MDB names (doc/design/older.md), mdbtools answers the same too.
"""

import glob
import os
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
SOURCE = os.path.abspath(os.environ.get("top_srcdir", "."))
FILE = os.environ.get("GH_MDB", "")
TARGETS = [
    ("FreeTDS", "libtdsodbc.so", "Server=127.0.0.1\nPort=1\nTDS_Version=7.4\n"),
    ("mdbtools", "libmdbodbc.so", "Database=/nonexistent/gh.mdb\n"),
    ("mdbtools W", "libmdbodbcW.so", "Database=/nonexistent/gh.mdb\n"),
]


def write_sources(folder, library, words):
    """A raw data source, and the governed one in front of it."""
    with open(f"{folder}/odbc.ini", "w", encoding="utf-8") as ini:
        ini.write(f"[raw]\nDriver={library}\n{words}"
                  f"[governed]\nDriver={BUILD}/.libs/libgatehouse.so\nTargetDSN=raw\n"
                  f"Journal={folder}/journal\nPolicy={SOURCE}/tests/odbc/transparent.xml\n")
    with open(f"{folder}/odbcinst.ini", "w", encoding="utf-8"):
        pass


def answer(folder, program, words, lines=""):
    """What isql or iusql says to lines of its input, or when it can't connect."""
    said = subprocess.run([program, "-v", "-b", *words], input=lines.encode(), check=False,
                          capture_output=True, timeout=60,
                          env=dict(os.environ, ODBCSYSINI=folder, ODBCINI=f"{folder}/odbc.ini"))
    return (said.stdout + said.stderr).decode("utf-8", "replace")


def check(number, name, folder, words):
    """One comparison; the number of failures."""
    program, given = words[0], words[1:]
    raw, governed = (answer(folder, program, [word.replace("DSN", source) for word in given])
                     for source in ("raw", "governed"))
    good = raw == governed and "ISQL" in raw and "Gatehouse" not in governed
    print(f"{'ok' if good else 'not ok'} {number} - {name}: {program} fails the same")
    for line in () if good else (raw + "\n-- governed:\n" + governed).splitlines():
        print(f"# {line}")
    return 0 if good else 1


def tables_of(folder):
    """The names of user tables that the raw driver lists."""
    listed = answer(folder, "isql", ["raw", "-d|"], "help\n")
    rows = [line.split("|") for line in listed.splitlines()]
    return [row[2].strip() for row in rows if len(row) > 4 and row[3].strip() == "TABLE"]


def file_lines(table):
    """One line of input each: catalogue, columns, rows, an empty result and an error."""
    return ["help", f"help {table}", f"SELECT * FROM [{table}]", f"SELECT COUNT(*) FROM [{table}]",
            f"SELECT * FROM [{table}] WHERE 1 = 0", "SELECT nothing FROM nowhere"]


def check_file(number, name, library, program):
    """All tables of the file, raw and governed; the number of failures."""
    with tempfile.TemporaryDirectory(prefix="gh-targets-") as folder:
        write_sources(folder, library, f"Database={FILE}\n")
        tables = tables_of(folder)
        differing = [] if tables else ["no tables were listed"]
        for line in [line for table in tables for line in file_lines(table)]:
            raw, governed = (answer(folder, program, [source, "-d|"], line + "\n")
                             for source in ("raw", "governed"))
            if raw != governed:
                differing.append(f"{line}\n{raw}\n-- governed:\n{governed}")
    print(f"{'not ok' if differing else 'ok'} {number} - {name}: {program} reads a file the same")
    for line in "\n".join(differing).splitlines()[:40]:
        print(f"# {line}")
    return 1 if differing else 0


# iusql over the W driver is left out: it lacks SQLTablesW and SQLPrepareW, which a manager
# does not convert for a driver that has other W functions, and Gatehouse does.
FILE_RUNS = [("libmdbodbc.so", "isql"), ("libmdbodbc.so", "iusql"), ("libmdbodbcW.so", "isql")]


def check_files(number):
    """The tests of mdbtools' two drivers on the file; the last number and the failures."""
    failed = 0
    for library, program in FILE_RUNS:
        number += 1
        path = next(iter(glob.glob(f"/usr/lib/*/odbc/{library}")), "")
        if not path or not FILE:
            why = f"no {library}" if not path else "GH_MDB names no file, and no package has one"
            print(f"ok {number} # SKIP {why}")
            continue
        failed += check_file(number, library, path, program)
    return number, failed


def main():
    """Prints TAP."""
    number = failed = 0
    for name, library, words in TARGETS:
        path = next(iter(glob.glob(f"/usr/lib/*/odbc/{library}")), "")
        for call in (["isql", "DSN", "ann", "word"], ["iusql", "DSN", "ann", "word"]):
            number += 1
            if not path:
                print(f"ok {number} # SKIP no {library}")
                continue
            with tempfile.TemporaryDirectory(prefix="gh-targets-") as folder:
                write_sources(folder, path, words)
                failed += check(number, name, folder, call)
    number, more = check_files(number)
    failed += more
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
