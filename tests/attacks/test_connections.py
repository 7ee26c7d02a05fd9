#!/usr/bin/python3
"""Connection strings that would run SQL, write files, or lead a name to another target."""
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run  # noqa: E402
from run import pyodbc  # noqa: E402

INSERT = "INSERT INTO scratch VALUES ('by a keyword')"
COPY = "INSERT INTO scratch SELECT ssn FROM people"
OPEN, REFUSED = True, False

# data source, keywords, whether it opens; FILE is a path that must not come to be
CASES = [
    ("pg", "", OPEN),
    ("pg", "ReadOnly=0;Fetch=10", OPEN),
    ("pg", "Purpose=report;Run=1", OPEN),
    ("pg", "PWD={gatehouse}", OPEN),
    ("pg", f"ConnSettings={COPY}", REFUSED),
    ("pg", "ConnSettings=" + COPY.replace(" ", "+"), REFUSED),
    ("pg", "ConnSettings=" + COPY.replace(" ", "%20"), REFUSED),
    ("pg", f"ConnSettings=--%0A{COPY}", REFUSED),
    ("pg", f"ConnSettings={{--%0A{COPY}}}", REFUSED),
    ("pg", f"A6={COPY}", REFUSED),
    ("pg", "ConnSettings=SET standard_conforming_strings=off", REFUSED),
    ("pg", f"Database={{gatehouse;ConnSettings={INSERT}}}", REFUSED),
    ("pg", f"UID={{gatehouse;ConnSettings={INSERT}}}", REFUSED),
    ("pg", f"SSLmode={{disable;ConnSettings={INSERT}}}", REFUSED),
    ("pg", "Debug=1", REFUSED),
    ("pg", "CommLog=1", REFUSED),
    ("pg", "B2=1;B3=1", REFUSED),
    ("pg", "Logdir=FILE", REFUSED),
    ("pg", "pqopt={options=-cstandard_conforming_strings=off}", REFUSED),
    ("pg", "CX=1b8502bb", REFUSED),
    ("pg", "TargetDSN=maria-raw", REFUSED),
    ("pg", "TargetDriver=SQLite", REFUSED),
    ("pg", "TargetDSN=pg-raw;TargetDSN=maria-raw", OPEN),
    ("pg", "TargetDSN=PG-RAW", REFUSED),
    ("maria", "", OPEN),
    ("maria", "CHARSET=utf8mb4", OPEN),
    ("maria", "OPTION=67108864", OPEN),
    ("maria", f"INITSTMT={{{COPY}}}", REFUSED),
    ("maria", f"STMT={{{COPY}}}", REFUSED),
    ("maria", "INITSTMT={INSERT INTO scratch SELECT /*! ssn */ FROM people}", REFUSED),
    ("maria", "INITSTMT={SET sql_mode='NO_BACKSLASH_ESCAPES'}", REFUSED),
    ("maria", f"Database={{gatehouse;INITSTMT={INSERT}}}", REFUSED),
    ("maria", "CHARSET=gbk", REFUSED),
    ("maria", "CHARSET=sjis", REFUSED),
    ("maria", "OPTION=4", REFUSED),
    ("maria", "OPTION=67108868", REFUSED),
    ("maria", "OPTION=0x4", REFUSED),
    ("maria", "PLUGIN_DIR=/tmp", REFUSED),
    ("sqlite", "", OPEN),
    ("sqlite", "FKSupport=1", OPEN),
    ("sqlite", "LoadExt=FILE", REFUSED),
    ("sqlite", "Tracefile=FILE", REFUSED),
    ("sqlite", "Timeout={1000;Tracefile=FILE}", REFUSED),
    ("sqlite", "PWD={x;Tracefile=FILE;}", REFUSED),
    ("sqlite", "UID={x;LoadExt=FILE}", REFUSED),
]


def leftovers(sources):
    """What a keyword's SQL wrote, in any of the databases."""
    found = []
    for database in sources:
        connection = run.connect(database.raw)
        found += [row[0] for row in connection.execute("SELECT x FROM scratch").fetchall()]
        connection.close()
    return found


def main():
    env = run.read_env(os.environ["GH_TEST_ENV"])
    tap = run.Tap()
    with tempfile.TemporaryDirectory(prefix="gh-attacks.") as folder:
        run.make_sources(env, pathlib.Path(folder))
        sources = run.databases(env["GH_NONCE"])
        for database in sources:
            database.set_up()
        before = sorted(os.listdir(folder))
        for name, keywords, opens in CASES:
            text = f"DSN={name}-policy;" + keywords.replace("FILE", f"{folder}/file")
            message = ""
            try:
                pyodbc.connect(text, autocommit=True).close()
            except pyodbc.Error as error:
                message = str(error)
            fine = (message == "") == opens and (opens or "[Gatehouse]" in message)
            files = [file for file in os.listdir(folder) if file.startswith("file")]
            fine = fine and not files and leftovers(sources) == []
            tap.result(fine, f"{name}: {keywords or 'nothing more'} is "
                       f"{'opened' if opens else 'refused'}".replace("#", ""),
                       f"{message} {files} {leftovers(sources)} {before}")
    print(f"1..{tap.count}")
    sys.exit(1 if tap.failed else 0)


main()
