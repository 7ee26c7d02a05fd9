"""Rules that need nothing but the text of a file."""

import os
import re

FILE_LIMIT = 700
LINE_LIMIT = 100

PRODUCT = {"driver", "include", "tools", "setup"}
# Words are put together here so that this file doesn't break its own rules.
UNFINISHED = re.compile(r"\b(TO" "DO|FIX" "ME|XX" "X|HA" r"CK)\b(?!\s*\(?#\d+)")
MACHINE = re.compile("/wo" "rk/|/tmp/" "gh/|/home/" "[a-z]+/")
REGISTRY = re.compile(r"https?://(deb|registry|security)\.")
FOREIGN = re.compile(r"\b(sub-?" "agent|before-" "stop hook|developer " "session|"
                     "coding " "assistant|Co-" "Authored-By|Generated " r"with)\b", re.I)

BANNED = """strcpy strcat sprintf vsprintf strncpy strncat strtok strtok_r gets sscanf vsscanf scanf
    atoi atol atoll atof alloca system popen assert exit _exit quick_exit _Exit abort raise atexit
    setenv putenv unsetenv setlocale signal sigaction chdir fchdir umask""".split()
BANNED_IN_TESTS = "strcpy strcat sprintf vsprintf strncpy strncat strtok gets alloca".split()
PRINTING = "printf vprintf puts putchar perror dprintf vdprintf".split()


def calls(names):
    """Matches a call by name, not one through a pointer member."""
    return re.compile(r"(?<![\w.>])(" + "|".join(names) + r")\s*\(")


CALL_BANNED = calls(BANNED)
CALL_BANNED_IN_TESTS = calls(BANNED_IN_TESTS)
CALL_PRINTING = calls(PRINTING)
STANDARD_STREAM = re.compile(r"\b(stdout|stderr)\b")


def file_length(sources, _build):
    """A file stays below 700 lines: split it by noun."""
    for source in sources:
        if source.is_c and len(source.lines) > FILE_LIMIT:
            yield source.path, 1, f"{len(source.lines)} lines (limit {FILE_LIMIT})"


def line_length(sources, _build):
    """A line stays within 100 columns, tabs being 8, and ends with ink."""
    for source in sources:
        if not source.is_c and not source.path.endswith((".def", ".sh", ".py")):
            continue
        for number, line in enumerate(source.lines, 1):
            if len(line.expandtabs(8)) > LINE_LIMIT:
                yield source.path, number, f"longer than {LINE_LIMIT} columns"
            if line != line.rstrip():
                yield source.path, number, "blanks at the end of the line"


def banned_function(sources, _build):
    """Functions that overflow, read locale or environment, or end the process."""
    for source in sources:
        if not source.is_c:
            continue
        pattern = CALL_BANNED if source.folder in PRODUCT else CALL_BANNED_IN_TESTS
        for number, match in source.find(pattern):
            yield source.path, number, f"{match.group(1)} is not used (CONTRIBUTING.md)"


def printing(sources, _build):
    """The driver is a guest: the standard streams belong to the application."""
    for source in sources:
        if source.folder != "driver" or not source.is_c:
            continue
        for pattern in (CALL_PRINTING, STANDARD_STREAM):
            for number, match in source.find(pattern):
                yield source.path, number, f"{match.group(1)} writes to the application's streams"


def unfinished(sources, _build):
    """What is left to do carries the number of an issue."""
    for source in sources:
        if source.path.endswith((".md", ".txt")):
            continue
        for number, line in enumerate(source.lines, 1):
            match = UNFINISHED.search(line)
            if match:
                yield source.path, number, f"{match.group(1)} without an issue number"


def foreign_word(sources, _build):
    """No path of somebody's machine, no host of a registry, no word of how it was made."""
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            for pattern in (MACHINE, REGISTRY, FOREIGN):
                match = pattern.search(line)
                if match:
                    yield source.path, number, f"'{match.group(0)}' has no place in the project"


def opening_comment(sources, _build):
    """Each C file opens with what it is for."""
    for source in sources:
        if source.is_c and not source.text.startswith("/*"):
            yield source.path, 1, "doesn't open with a comment that says what it is for"


def header_guard(sources, _build):
    """Each header is guarded by a GATEHOUSE_ name that ends like the file's."""
    for source in sources:
        if not source.path.endswith(".h"):
            continue
        directives = [line for line in source.code if line.startswith("#")]
        stem = re.sub(r"\W", "_", os.path.basename(source.path)).upper()
        guard = re.match(r"#ifndef (GATEHOUSE_\w+)$", directives[0]) if directives else None
        if guard is None or not guard.group(1).endswith(stem):
            yield source.path, 1, f"needs the include guard GATEHOUSE_..._{stem}"
        elif directives[1:2] != [f"#define {guard.group(1)}"] or directives[-1] != "#endif":
            yield source.path, 1, f"the guard {guard.group(1)} doesn't hold the whole file"


def front_door(sources, _build):
    """The two commands of the README are there and can be run."""
    paths = {source.path: source for source in sources}
    if "configure.ac" not in paths:
        return
    for path in ("setup/quickstart.sh", "tests/run.sh", ".ci/run"):
        if path not in paths:
            yield path, 0, "is missing"
        elif not os.access(f"{paths[path].top}/{path}", os.X_OK):
            yield path, 0, "is not executable"
    if ".ci/run" in paths and "tests/run.sh" not in paths[".ci/run"].text:
        yield ".ci/run", 0, "doesn't call tests/run.sh"


RULES = (file_length, line_length, banned_function, printing, unfinished, foreign_word,
         opening_comment, header_guard, front_door)
