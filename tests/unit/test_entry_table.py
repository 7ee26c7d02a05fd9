#!/usr/bin/python3
"""The table of entry points is whole: against ODBC's headers, and against what is exported."""

import os
import re
import subprocess
import sys

TOP = os.environ.get("top_srcdir", ".")
LIBRARY = os.path.join(os.environ.get("top_builddir", "."), ".libs/libgatehouse.so")
HEADERS = ("/usr/include/sql.h", "/usr/include/sqlext.h", "/usr/include/sqlucode.h")
CLASSES = {"PASS", "SQL", "DATA", "INPUT", "CATALOG", "CONNECT", "ATTR", "HANDLE", "DIAG", "INFO",
           "CANCEL", "REFUSE", "MANAGER"}
# unixODBC loads drivers with libltdl, which puts the module's name before a function's at first
MODULE = "libgatehouse_LTX_"
# X/Open's name for SQLAllocHandle, which unixODBC's manager declares and no driver has
NOT_A_DRIVERS = {"SQLAllocHandleStd"}


def rows():
    """(kind, name, class) of each row."""
    with open(f"{TOP}/driver/odbc/entry_points.def", encoding="utf-8") as table:
        return re.findall(r"^GH_(PLAIN|TEXT) ?\((\w+), (\w*),", table.read(), re.MULTILINE)


def declared():
    """Functions that ODBC's headers declare."""
    names = set()
    for path in HEADERS:
        with open(path, encoding="utf-8", errors="replace") as header:
            names |= set(re.findall(r"\bSQL_API\s+(SQL\w+)\s*\(", header.read()))
    return names


def addresses():
    """What the built driver exports: each name with its address."""
    answer = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], check=True,
                            capture_output=True, text=True)
    lines = [line.split() for line in answer.stdout.splitlines()]
    return {line[-1].split("@")[0]: line[0] for line in lines}


def exported():
    """What the built driver exports under ODBC's names."""
    return {name for name in addresses() if not name.startswith(MODULE)}


def wrong_for_libltdl(table):
    """Names that libltdl looks for first and that are missing, or are another function."""
    found = addresses()
    wanted = {name: name for name in faces(table)}
    wanted |= {name + "A": name for kind, name, _ in table if kind == "TEXT" and name in wanted}
    wrong = {name for name, face in wanted.items()
             if found.get(MODULE + name, "none") != found.get(face)}
    return wrong | {name for name in found
                    if name.startswith(MODULE) and name.removeprefix(MODULE) not in wanted}


def without_width(name):
    """The name of the row of an A or W function."""
    return name[:-1] if name[-1] in "AW" else name


def headers_without_row(table):
    """Declared functions that no row speaks of."""
    names = {name for _, name, _ in table}
    return {name for name in declared() - NOT_A_DRIVERS
            if name not in names and without_width(name) not in names}


def faces(table):
    """What must be exported: each row that has a face, and its W face if it has texts."""
    names = set()
    for kind, name, of_class in table:
        if of_class != "MANAGER":
            names |= {name, name + "W"} if kind == "TEXT" else {name}
    return names


def traced():
    """Faces that have a copy for the trace; empty where the symbols were taken away."""
    answer = subprocess.run(["nm", LIBRARY], check=False, capture_output=True, text=True)
    return {name for name in re.findall(r" t traced_(SQL\w+)", answer.stdout)}


def wide_without_text(table):
    """Rows that have a W function in the headers and are not rows with texts, or the reverse."""
    wide = {name[:-1] for name in declared() if name.endswith("W")}
    return {name for kind, name, _ in table if (kind == "TEXT") != (name in wide)}


def main():
    """Prints TAP."""
    table = rows()
    checks = [
        ("the table and the headers can be read",
         set() if len(table) > 70 and len(declared()) > 140 else {"too few"}),
        ("every function of ODBC's headers has a row", headers_without_row(table)),
        ("a row has texts where the headers have a W function", wide_without_text(table)),
        ("every row has a known class",
         {f"{name}: {of_class}" for _, name, of_class in table if of_class not in CLASSES}),
        ("no function has two rows",
         {name for _, name, _ in table if [row[1] for row in table].count(name) > 1}),
    ]
    if os.path.exists(LIBRARY):
        checks += [
            ("every row with a face is exported", faces(table) - exported()),
            ("every exported function has a row", exported() - faces(table)),
            ("libltdl's names are there, and are the same functions", wrong_for_libltdl(table)),
            ("every face can be traced", faces(table) - traced()),
        ]
    print(f"1..{len(checks)}")
    for number, (name, wrong) in enumerate(checks, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for item in sorted(wrong):
            print(f"# {item}")
    return 1 if any(wrong for _, wrong in checks) else 0


if __name__ == "__main__":
    sys.exit(main())
