#!/usr/bin/python3
"""The comparison of test_transparent finds each fault that is put in on purpose."""
import os
import re
import subprocess
import sys
import tempfile

# fault: part of the name of a sequence that must find it
FAULTS = {
    "length": "character chunks",
    "overrun": "character chunks",
    "value": "every type is read",
    "behind": "every type is read",
    "truncation": "character chunks",
    "row": "expressions give",
    "size": "columns are described the same",
    "type": "columns are described the same",
    "native": "errors of the target",
    "state": "truncation is reported",
    "count": "SQLRowCount counts",
    "info": "SQLGetInfo answers",
    "function": "SQLGetFunctions answers",
    "transaction": "transactions end",
    "twice": "SQLRowCount counts",
    "attribute": "statement attributes begin",
}


def skip(reason):
    print("1..0 # SKIP " + reason)
    sys.exit(0)


def main():
    build = os.environ.get("top_builddir", ".")
    library = os.path.join(build, "tests/odbc/.libs/faults.so")
    if not os.environ.get("GH_TEST_ENV"):
        skip("no servers")
    if os.environ.get("GH_SANITIZED"):
        skip("a sanitizer must be loaded before the faults")
    with open(os.environ["ODBCINI"], encoding="utf-8") as file:
        text = file.read()
    section = re.search(r"\[sqlite-raw\]\n(?:[^\[\n].*\n)*", text)
    if not section:
        skip("no sqlite-raw")
    text += "\n" + section.group(0).replace("[sqlite-raw]", "[sqlite-fault]")
    failed = 0
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as ini:
        ini.write(text)
        ini.flush()
        for number, (fault, sequence) in enumerate([("none", "SQLRowCount counts")] +
                                                   list(FAULTS.items()), 1):
            done = subprocess.run(
                [os.path.join(build, "tests/odbc/test_transparent")], stdout=subprocess.PIPE,
                check=False, timeout=300,
                env=dict(os.environ, LD_PRELOAD=library, ODBCINI=ini.name, GH_ODBC_FAULT=fault,
                         GH_ODBC_GOVERNED="fault", GH_ODBC_TARGETS="sqlite",
                         GH_ODBC_ONLY=sequence, GH_ODBC_KEEP=""))
            found = b"\nnot ok " in done.stdout
            good = found == (fault != "none") and sequence.encode() in done.stdout
            failed += not good
            name = "without a fault nothing is found" if fault == "none" else \
                "a fault in '%s' is found" % fault
            print("%s %d - %s" % ("ok" if good else "not ok", number, name))
            if not good:
                print("\n".join("# " + line for line in done.stdout.decode().split("\n")[:20]))
    print("1..%d" % (len(FAULTS) + 1))
    sys.exit(1 if failed else 0)


main()
