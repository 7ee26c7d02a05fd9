#!/usr/bin/python3
"""Other people's ODBC test suites give through Gatehouse what they give without it.

    run.py FOLDER        all suites on all their targets; FOLDER is made
    run.py FOLDER dbd    one suite

Each suite runs twice, on the raw data source and on the governed one, and each
test must say the same both times.  What differs for a reason stands in known.txt,
and must differ.  Environment: that of tests/with-driver.sh; GH_TEST_CACHE, a folder
that keeps the downloads; GH_ODBC_TARGETS and GH_ODBC_GOVERNED as in
tests/odbc/harness.h.
"""
import concurrent.futures
import difflib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import sides  # noqa: E402
import sources  # noqa: E402
import suites  # noqa: E402

SHOWN = 30  # lines of one difference


def compare(suite, target, folder):
    """Both sides, one after the other: their paths and names are the same."""
    said = {}
    governed = None
    suite.build(target)
    for kind in ("raw", "gh"):
        governed = sides.Side(suite, target, kind, folder)
        governed.make()
        said[kind] = suite.run(governed)
    return said["raw"], said["gh"], governed.front() is None or governed.was_governed()


class Tap:
    """Counts and prints."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name, remarks=()):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name.replace("#", "no. ")))
        if not good:
            for line in list(remarks)[:SHOWN]:
                print("# " + line.rstrip("\n"))

    def skip(self, name, reason):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, reason))


def known_differences():
    """{name of a test: why it differs}"""
    with open(os.path.join(HERE, "known.txt"), encoding="utf-8") as file:
        lines = [line.split(" | ") for line in file if line.strip() and line[0] != "#"]
    return {name.strip(): reason.strip() for name, reason in lines}


def report(tap, title, raw, governed, went_through):
    known = {} if os.environ.get("GH_ODBC_GOVERNED") == "raw" else known_differences()
    tap.ok(went_through, title + ": the governed side went through Gatehouse")
    tap.ok(len(raw) > 10, title + ": the suite ran", [repr(raw)])
    for name in list(raw) + [name for name in governed if name not in raw]:
        a, b = raw.get(name, "was not run"), governed.get(name, "was not run")
        full = "%s: %s" % (title, name)
        if full in known:
            tap.ok(a != b, "%s (differs: %s)" % (full, known[full]),
                   ["no difference any more: take it out of known.txt"])
            continue
        tap.ok(a == b, full,
               difflib.unified_diff(a.split("\n"), b.split("\n"), "raw", "governed", lineterm=""))


def run(tap, wanted, folder):
    only = os.environ.get("GH_ODBC_TARGETS", "")
    cache = os.environ.get("GH_TEST_CACHE") or os.path.join(folder, "cache")
    found = sources.fetch(wanted, cache, os.path.join(folder, "sources"))
    jobs = {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for name in wanted:
            suite = suites.SUITES[name](found[name], os.path.join(folder, "sources", name))
            for target in suite.targets:
                if not only or target in only.split(","):
                    place = os.path.join(folder, "%s-%s" % (name, target))
                    jobs["%s %s" % (name, target)] = pool.submit(compare, suite, target, place)
        for title, job in jobs.items():
            report(tap, title, *job.result())


def main():
    folder = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:] or list(suites.SUITES)
    tap = Tap()
    os.makedirs(folder)
    os.environ.setdefault("top_srcdir", os.path.dirname(os.path.dirname(HERE)))
    os.environ.setdefault("GH_DRIVER", os.path.join(os.environ.get("top_builddir", os.getcwd()),
                                                    ".libs/libgatehouse.so"))
    try:
        run(tap, wanted, folder)
    except sources.Unavailable as reason:
        for name in wanted:
            tap.skip(name, str(reason))
    print("1..%d" % tap.count)
    sys.exit(1 if tap.failed else 0)


main()
