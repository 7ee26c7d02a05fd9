#!/usr/bin/python3
"""Drivers without a server of theirs: they load, and their failures come through unchanged.

FreeTDS where nobody listens, and mdbtools, which has few functions of ODBC 3, without its file.
"""

import glob
import os
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
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
                  f"Journal={folder}/journal\n")
    with open(f"{folder}/odbcinst.ini", "w", encoding="utf-8"):
        pass


def answer(folder, program, words):
    """What isql or iusql says when it can't connect."""
    said = subprocess.run([program, "-v", "-b", *words], stdin=subprocess.DEVNULL, check=False,
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
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
