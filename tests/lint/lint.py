#!/usr/bin/python3
"""Checks the house rules of CONTRIBUTING.md: lint.py TOP [BUILD].

Prints one line for each breach and ends with 1 if there is any.  Without a
build folder (or with an empty one) the rules about object files are left out,
which is said.
"""

import shutil
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import functions
import modules
import objects
import scripts
import source
import text

RULES = text.RULES + modules.RULES + functions.RULES + objects.RULES + scripts.RULES


def find(top, build, rules=RULES):
    """(rule, path, line, message) of each breach."""
    sources = source.load(top)
    for rule in rules:
        for path, line, message in rule(sources, build):
            yield rule.__name__, path, line, message


def main(arguments):
    """Lints one tree."""
    missing = [program for program in ("ctags", "nm", "shellcheck") if not shutil.which(program)]
    if missing:
        print(f"lint: {', '.join(missing)} not found; tests/packages.txt names the packages")
        return 2
    top = arguments[0]
    build = arguments[1] if len(arguments) > 1 else None
    breaches = 0
    for rule, path, line, message in find(top, build):
        print(f"{path}:{line}: {message} [{rule}]")
        breaches += 1
    if build is None or not any(objects.objects(build)):
        print("lint: no object files: mutable globals and visible names were not looked at")
    count, median, p90 = functions.measure(source.load(top))
    print(f"lint: {len(RULES)} rules, {breaches} breaches; {count} functions, "
          f"median {median} lines, p90 {p90}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
