#!/usr/bin/python3
"""The comparisons of test_transparent and of differ find each fault put in on purpose."""
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


# faults that random calls must find
RANDOM_FAULTS = ["length", "terminator", "indicator", "extra", "lost", "state", "native",
                 "return", "overrun", "behind", "status", "columns", "row", "width", "value",
                 "truncation", "count"]
RANDOM_CASES = ["--target", "sqlite", "--clear", "--cases", "250", "--seed", "1"]
SHORTEST = 8  # calls are enough to show any of these


def skip(reason):
    print("1..0 # SKIP " + reason)
    sys.exit(0)


def preload(library):
    """A sanitizer's library must come before all others."""
    if "address" not in os.environ.get("GH_SANITIZED", ""):
        return library
    compiler = os.environ.get("CC", "gcc").split()[0]
    if "clang" in compiler:
        skip("clang's sanitizer has no library of its own")
    asan = subprocess.run([compiler, "-print-file-name=libasan.so"], stdout=subprocess.PIPE,
                          check=True).stdout.decode().strip()
    return asan + " " + library


class Results:
    def __init__(self):
        self.count = self.failed = 0

    def say(self, good, name, output):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        if not good:
            print("\n".join("# " + line for line in output.decode().split("\n")[:20]))


def name_of(fault, program):
    if fault == "none":
        return "without a fault %s finds nothing" % program
    return "a fault in '%s' is found by %s" % (fault, program)


def run(program, words, environment, fault):
    return subprocess.run(
        [os.path.join(os.environ.get("top_builddir", "."), "tests/odbc", program)] + words,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, timeout=300,
        env=dict(environment, GH_ODBC_FAULT=fault)).stdout


def sequences(environment, results):
    for fault, sequence in [("none", "SQLRowCount counts")] + list(FAULTS.items()):
        output = run("test_transparent", [], dict(environment, GH_ODBC_ONLY=sequence), fault)
        found = b"\nnot ok " in output
        results.say(found == (fault != "none") and sequence.encode() in output,
                    name_of(fault, "test_transparent"), output)


def random_calls(environment, results):
    for fault in ["none"] + RANDOM_FAULTS:
        output = run("differ", RANDOM_CASES + ["--quick"], environment, fault)
        found = b"not ok 1 " in output
        results.say(found == (fault != "none") and b"random calls" in output,
                    name_of(fault, "differ"), output)


def shrinking(environment, results):
    """What is printed as the shortest list is short, and differs when it is played again."""
    output = run("differ", RANDOM_CASES + ["--first"], environment, "columns")
    calls = re.search(rb"shortest list that differs:\n((?:#   .*\n)+)", output)
    calls = calls.group(1).replace(b"#   ", b"") if calls else b""
    with tempfile.NamedTemporaryFile() as file:
        file.write(calls)
        file.flush()
        again = run("differ", ["--target", "sqlite", "--clear", "--replay", file.name],
                    environment, "columns")
    results.say(0 < calls.count(b"\n") <= SHORTEST and b"not ok 1 " in again,
                "what differs is shrunk to a list that can be played again", output + again)


def main():
    build = os.environ.get("top_builddir", ".")
    library = os.path.join(build, "tests/odbc/.libs/faults.so")
    if not os.environ.get("GH_TEST_ENV"):
        skip("no servers")
    with open(os.environ["ODBCINI"], encoding="utf-8") as file:
        text = file.read()
    section = re.search(r"\[sqlite-raw\]\n(?:[^\[\n].*\n)*", text)
    if not section:
        skip("no sqlite-raw")
    text += "\n" + section.group(0).replace("[sqlite-raw]", "[sqlite-fault]")
    results = Results()
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as ini:
        ini.write(text)
        ini.flush()
        environment = dict(os.environ, LD_PRELOAD=preload(library), ODBCINI=ini.name,
                           GH_ODBC_GOVERNED="fault", GH_ODBC_TARGETS="sqlite", GH_ODBC_KEEP="")
        sequences(environment, results)
        random_calls(environment, results)
        shrinking(environment, results)
    print("1..%d" % results.count)
    sys.exit(1 if results.failed else 0)


main()
