"""Governed connections with a policy of their own, beside the raw ones."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


if "GH_TEST_ENV" not in os.environ:
    skip("GH_TEST_ENV is not set; see tests/servers.sh")
try:
    import pyodbc
except ImportError:
    skip("no pyodbc")
pyodbc.pooling = False


class Tap:
    """Counts and prints results."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, fine, name, detail=""):
        self.count += 1
        self.failed += not fine
        print(f"{'ok' if fine else 'not ok'} {self.count} - {name}")
        if not fine:
            print("# " + str(detail).replace("\n", "\n# "))
        sys.stdout.flush()

    def done(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def read_env(folder):
    text = subprocess.run(["bash", "-c", '. "$1/env"; env -0', "-", folder],
                          capture_output=True, check=True).stdout.decode()
    return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)


class Sources:
    """The data sources of tests/servers.sh, governed by a policy file of this folder, or
    (None) by the built-in policy."""

    def __init__(self, policy="policy.xml"):
        self.work = tempfile.TemporaryDirectory(prefix="gh-session.")
        env = read_env(os.environ["GH_TEST_ENV"])
        text = pathlib.Path(env["ODBCINI"]).read_text()
        text = re.sub(r"^(Journal|Policy)=.*\n", "", text, flags=re.M)
        self.sections = re.findall(r"^\[(\w+)-gh\]\n((?:[^\[\n].*\n)*)", text, re.M)
        text = re.sub(r"^\[\w+-gh\]\n((?:[^\[\n].*\n)*)", "", text, flags=re.M)
        self.path = pathlib.Path(self.work.name, "odbc.ini")
        self.path.write_text(text)
        self.add("gh", policy and HERE / policy)
        os.environ.update(env)
        os.environ["ODBCINI"] = str(self.path)
        self.nonce = env["GH_NONCE"]
        for name in ("pg", "maria", "sqlite"):
            with self.raw(name) as connection:
                if connection.execute("SELECT nonce FROM gh_nonce").fetchone()[0] != self.nonce:
                    sys.exit(f"{name} is not the server that was started for the tests")

    def add(self, suffix, policy):
        """One more governed source for each target: NAME-suffix."""
        with self.path.open("a") as file:
            for name, body in self.sections:
                file.write(f"[{name}-{suffix}]\n{body}Journal={self.work.name}/journal\n" +
                           (f"Policy={policy}\n" if policy else "") + "\n")

    @staticmethod
    def connect(source):
        return pyodbc.connect(f"DSN={source}", autocommit=True)

    @staticmethod
    def raw(name, autocommit=True):
        return pyodbc.connect(f"DSN={name}-raw", autocommit=autocommit)

    @staticmethod
    def governed(name, autocommit=True):
        return pyodbc.connect(f"DSN={name}-gh", autocommit=autocommit)


def run_all(connection, statements):
    """Each statement through the raw driver; one that begins with '-' may fail."""
    for sql in statements:
        try:
            connection.execute(sql.lstrip("-"))
        except pyodbc.Error:
            if not sql.startswith("-"):
                raise


def outcome(connection, sql):
    """The rows of a statement, or its message."""
    cursor = connection.cursor()
    try:
        cursor.execute(sql)
        rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
    except pyodbc.Error as error:
        return str(error)
    finally:
        cursor.close()
    return rows
