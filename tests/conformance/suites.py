"""How each suite is built and run, and how its verdicts are read.

A runner returns {test: what it said}, where what it said begins with the verdict
and goes on with all that a failure printed: a test that fails on both sides must
fail in the same way.
"""
import glob
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as tree

import sides

ADDRESS = re.compile(r"\b0x[0-9a-f]{8,16}\b")
LIMIT = 120  # seconds for one program of a suite
CREDENTIALS = ("gatehouse", "gatehouse")


def output(words, side, folder, **more):
    """Status and text of one program; one that hangs or dies says so."""
    environment = dict(side.environment(), **more)
    with subprocess.Popen(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            text = process.communicate(timeout=LIMIT)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return "took too long", ""
    return "ended with %d" % process.returncode, steady(text.decode("utf-8", "replace"))


def steady(text):
    """The text without the addresses of this run's memory."""
    return ADDRESS.sub("0x...", text)


# ---- SOCI: a program with Catch, one for each engine --------------------------------------

class Soci:
    targets = {"pg": "postgresql", "maria": "mysql"}
    keywords = ""  # of the governed data source

    def __init__(self, source, work):
        self.source = source
        self.work = work

    def build(self, target):
        engine = self.targets[target]
        self_include = ["-I" + os.path.join(self.source, part)
                        for part in ("tests", "tests/odbc", "include/private")]
        subprocess.run(["g++", "-O0", "-w"] + self_include +
                       ["-I/usr/include/soci", "-o", os.path.join(self.work, engine),
                        os.path.join(self.source, "tests/odbc/test-odbc-%s.cpp" % engine),
                        "-lsoci_odbc", "-lsoci_core", "-lodbc"], check=True, timeout=300)

    def run(self, side):
        """Each assertion's values are part of what a test case said."""
        report = os.path.join(side.folder, "report.xml")
        status, text = output([os.path.join(self.work, self.targets[side.target]),
                               "DSN=" + sides.NAME, "-r", "xml", "-s", "-o", report],
                              side, self.source)
        said = {"the program": status + "\n" + text}
        for number, case in enumerate(self.cases(report), 1):
            name = "%d %s" % (number, case.get("name"))
            said[name] = "\n".join(self.assertions(case))
        return said

    @staticmethod
    def cases(report):
        """Values that are no UTF-8 or no XML are in it as they are."""
        if not os.path.exists(report):
            return []
        with open(report, encoding="utf-8", errors="backslashreplace") as file:
            text = re.sub(r"[\x00-\x08\x0b-\x1f]", "?", file.read())
        try:
            return list(tree.fromstring(text).iter("TestCase"))
        except tree.ParseError:
            return []  # it ended before its report did

    @staticmethod
    def assertions(case):
        yield case.find("OverallResult").get("success")
        for element in case.iter():
            if element.tag == "Section":
                yield "in " + element.get("name", "")
            elif element.tag == "Expression":
                yield "%s line %s: %s: %s" % (
                    element.get("success"), element.get("line"),
                    (element.findtext("Original") or "").strip(),
                    steady(element.findtext("Expanded") or "").strip())
            elif element.tag in ("Failure", "Exception", "Warning", "Info"):
                yield "%s: %s" % (element.tag, (element.text or "").strip())


# ---- DBD::ODBC: Perl scripts that speak TAP ------------------------------------------------

class Dbd:
    targets = ("pg", "pga", "maria", "sqlite")
    keywords = ""

    def __init__(self, source, work):
        self.source = source
        self.work = work

    def build(self, target):
        pass

    def run(self, side):
        said = {}
        for path in sorted(glob.glob(os.path.join(self.source, "t", "*.t"))):
            name = os.path.basename(path)
            status, text = output(["perl", "t/" + name], side, self.source,
                                  DBI_DSN="dbi:ODBC:" + sides.NAME, DBI_USER=CREDENTIALS[0],
                                  DBI_PASS=CREDENTIALS[1], PERL_HASH_SEED="0",
                                  PERL_PERTURB_KEYS="0")
            said.update(self.lines(name, text))
            said[name + " as a whole"] = status
        return said

    @staticmethod
    def lines(name, text):
        """One test for each "ok" line, with the remarks that follow it."""
        said = {}
        key = name + " at its beginning"
        for line in text.splitlines():
            match = re.match(r"(not ok|ok) (\d+)", line)
            if match:
                key = "%s %s" % (name, match.group(2))
            said.setdefault(key, []).append(line)
        return {key: "\n".join(lines) for key, lines in said.items()}


# ---- PHP: ext/odbc, ext/pdo_odbc and, through it, ext/pdo -----------------------------------

class Php:
    targets = ("pg", "pga", "maria", "sqlite")
    keywords = "TargetCharset=ISO-8859-1"  # two of its tests send texts that are no UTF-8
    # libsqliteodbc says a length that lies behind its value: PHP then shows its own heap
    chance = (("sqlite", "ext/pdo_odbc/tests/max_columns.phpt"),)
    parts = ("run-tests.php", "ext/odbc", "ext/pdo_odbc", "ext/pdo/tests")

    def __init__(self, source, work):
        self.source = source
        self.work = work

    def build(self, target):
        pass

    def copy(self, folder):
        """Tests write beside themselves; both sides have the same path."""
        shutil.rmtree(folder, ignore_errors=True)
        for part in self.parts:
            to = os.path.join(folder, part)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            whole = os.path.join(self.source, part)
            (shutil.copytree if os.path.isdir(whole) else shutil.copy)(whole, to)

    def run(self, side):
        folder = os.path.join(os.path.dirname(side.folder), "tree")
        results = os.path.join(side.folder, "results")
        self.copy(folder)
        words = {"NO_INTERACTION": "1", "TEST_PHP_EXECUTABLE": "/usr/bin/php8.2"}
        for prefix, dsn in (("ODBC_TEST", ""), ("PDOTEST", "odbc:"), ("PDO_ODBC_TEST", "odbc:")):
            words.update({prefix + "_DSN": dsn + sides.NAME, prefix + "_USER": CREDENTIALS[0],
                          prefix + "_PASS": CREDENTIALS[1]})
        status, text = output(["php8.2", "run-tests.php", "-q", "-W", results, "--set-timeout",
                               "60", "ext/odbc", "ext/pdo_odbc"], side, folder, **words)
        if not os.path.exists(results):
            return {"run-tests.php": status + "\n" + text}
        return dict(self.verdicts(results, folder, side.target))

    def verdicts(self, results, folder, target):
        """A failed test leaves its output beside it."""
        with open(results, encoding="utf-8") as file:
            for line in file:
                verdict, path = line.rstrip("\n").split("\t")[:2]
                path = path.split(": ")[-1]  # "# the test that redirects: the test"
                name = os.path.relpath(path, folder)
                shown = path.replace(".phpt", ".out").replace("ext/pdo/", "ext/pdo_odbc/")
                if os.path.exists(shown) and (target, name) not in self.chance:
                    with open(shown, encoding="utf-8", errors="replace") as out:
                        # a signal is noted where it came in time
                        verdict += "\n" + re.sub(r"\s*Termsig=\d+\s*$", "", out.read())
                yield name, verdict


SUITES = {"soci": Soci, "dbd": Dbd, "php": Php}
