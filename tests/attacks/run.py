#!/usr/bin/python3
"""Attack statements against the governed data sources of tests/servers.sh.

    run.py            TAP; needs GH_TEST_ENV (tests/servers.sh start DIR)

Each statement must be denied, or tell the secret in no cell, no row or column
read as one text, no message and no row count; harmless ones must give what the
raw driver gives.  Statements: GH_SHARED/attacks for PostgreSQL where it is
there, and the lists beside this file.  A policy file beside a list's name says
who the attacker is: one who may only work, or one who owns the database.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("GH_SHARED", HERE.parents[2] / "shared")) / "attacks"
# statements whose count or existence of rows would tell: they must be denied
PREDICATES = re.compile(r"^(B5[0-5]|[A-Z]+\d*_?predicate)")


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


if "GH_TEST_ENV" not in os.environ:
    skip("GH_TEST_ENV is not set; see tests/servers.sh")
try:
    import pyodbc
except ImportError:
    skip("no pyodbc")
sys.path.insert(0, str(HERE))
import disguise  # noqa: E402

pyodbc.pooling = False


def read_env(folder):
    """The variables that DIR/env exports."""
    shell = '. "$1/env"; env -0'
    text = subprocess.run(["bash", "-c", shell, "-", folder], capture_output=True,
                          check=True).stdout.decode()
    return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)


class Tap:
    """Counts and prints results."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, fine, name, detail="", todo=""):
        self.count += 1
        self.failed += not fine and not todo
        print(f"{'ok' if fine else 'not ok'} {self.count} - {name}" +
              (f" # todo {todo}" if todo else ""))
        if not fine:
            print("# " + str(detail).replace("\n", "\n# "))
        sys.stdout.flush()


def make_sources(env, work):
    """An odbc.ini with each governed source once for each policy."""
    text = pathlib.Path(env["ODBCINI"]).read_text()
    sections = re.findall(r"^\[(\w+)-gh\]\n((?:[^\[\n].*\n)*)", text, re.M)
    for policy in ("policy", "owner"):
        for name, body in sections:
            body = re.sub(r"^(Journal|Policy)=.*\n", "", body, flags=re.M)
            text += (f"\n[{name}-{policy}]\n{body}Journal={work}/journal\n"
                     f"Policy={HERE}/{policy}.xml\n")
    (work / "odbc.ini").write_text(text)
    os.environ.update(env)
    os.environ["ODBCINI"] = str(work / "odbc.ini")


def connect(source):
    connection = pyodbc.connect(f"DSN={source}", autocommit=True)
    if source.startswith("pga"):
        # psqlodbca gives no SQL_C_WCHAR
        connection.setdecoding(pyodbc.SQL_CHAR, encoding="utf-8", ctype=pyodbc.SQL_CHAR)
    return connection


def read_list(path):
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("|", 1)


def statements_of(path):
    """Plain SQL, one statement per ';' at a line's end."""
    return [part.strip() for part in re.split(r";\s*\n|;\s*$", path.read_text()) if part.strip()]


class Outcome:
    """What an attacker gets to see of one statement."""

    def __init__(self):
        self.denied = False
        self.results = []
        self.counts = []
        self.messages = []

    def told(self):
        for rows in self.results:
            form = disguise.told(rows)
            if form:
                return form
        return disguise.told([], self.messages)


def run(connection, sql, prepared):
    """Sends one statement and reads all that comes back."""
    outcome = Outcome()
    cursor = connection.cursor()
    try:
        if prepared:
            # pyodbc prepares what has parameters; a catalogue of them is emptied first
            cursor.execute(sql, ())
        else:
            cursor.execute(sql)
        while True:
            outcome.counts.append(cursor.rowcount)
            if cursor.description is not None:
                outcome.results.append([tuple(row) for row in cursor.fetchall()])
            outcome.messages += [str(message) for message in cursor.messages or []]
            if not cursor.nextset():
                break
    except (pyodbc.Error, UnicodeDecodeError, ValueError) as error:
        outcome.messages.append(str(error))
        outcome.denied = "[Gatehouse]" in str(error)
    finally:
        try:
            cursor.close()
        except pyodbc.Error:
            pass
    return outcome


def prepare_again(connection):
    """Ends what a statement left open."""
    try:
        connection.rollback()
    except pyodbc.Error:
        pass


class Database:
    """One private database, set up through its raw driver before each list."""

    def __init__(self, raw, schema, drop):
        self.raw, self.schema, self.drop = raw, schema, drop

    def check(self, nonce):
        with connect(self.raw) as connection:
            row = connection.execute("SELECT nonce FROM gh_nonce").fetchone()
        if row is None or row[0] != nonce:
            sys.exit(f"{self.raw} is not the server that was started for the tests")

    def set_up(self):
        connection = connect(self.raw)
        for sql in self.drop:
            try:
                connection.execute(sql)
            except pyodbc.Error:
                prepare_again(connection)
        for sql in self.schema:
            connection.execute(sql)
        connection.close()

    def salaries(self):
        """What must be as it was: the protected columns of the protected table."""
        connection = connect(self.raw)
        rows = connection.execute("SELECT id, email, ssn, salary FROM people "
                                  "WHERE id < 3 ORDER BY id").fetchall()
        connection.close()
        return [tuple(row) for row in rows]


def attack(tap, database, source, attacks):
    """Every attack of a list, direct; then the same once more as another connection would."""
    database.set_up()
    connection = connect(source)
    for number, (name, sql) in enumerate(attacks):
        try:
            connection.execute("SELECT 1").fetchall()
        except pyodbc.Error:
            connection = connect(source)
        outcome = run(connection, sql, number % 2 == 1)
        form = outcome.told()
        fine = form is None
        detail = f"{sql}\ntold {form}: {outcome.results} {outcome.messages}"
        if fine and PREDICATES.match(name) and not outcome.denied:
            fine, detail = False, f"{sql}\nnot denied: {outcome.results} {outcome.messages}"
        tap.result(fine, f"{source}: {name}", detail,
                   "rows come in the window's order" if name == "X20_predicate_window" else "")
        if os.environ.get("GH_VERBOSE"):
            print(f"#   {'denied' if outcome.denied else ''} {outcome.results} "
                  f"{outcome.messages}"[:400])
        if not name.endswith("_"):
            prepare_again(connection)
    connection.close()


def todo_of(source, name):
    # the manager converts SQL_C_WCHAR for a driver without W functions, psqlodbca itself does not
    return "psqlodbca has no SQL_C_WCHAR" if (source[:3], name) == ("pga", "H27") else ""


def harmless(tap, database, source, statements):
    """Statements that give exactly what the raw driver gives."""
    database.set_up()
    raw, governed = connect(database.raw), connect(source)
    for number, (name, sql) in enumerate(statements):
        expected = run(raw, sql, number % 2 == 1)
        if not sql.lstrip().upper().startswith("SELECT") and "WITH" not in sql.upper():
            database_undo(raw, sql)
        got = run(governed, sql, number % 2 == 1)
        fine = (not got.denied and got.results == expected.results and
                got.counts == expected.counts and got.messages == expected.messages)
        tap.result(fine, f"{source}: {name} as raw",
                   f"{sql}\nraw {expected.results} {expected.counts} {expected.messages}\n"
                   f"got {got.results} {got.counts} {got.messages}", todo_of(source, name))
    raw.close()
    governed.close()


def database_undo(raw, sql):
    """Takes back what the raw driver did, so that the governed one finds the same rows."""
    undo = {"INSERT": "DELETE FROM scratch WHERE x = 'plain text'",
            "UPDATE": "UPDATE scratch SET x = 'plain text' WHERE x = 'other'",
            "DELETE": "INSERT INTO scratch (x) VALUES ('other')"}
    word = sql.split(None, 1)[0].upper()
    if word in undo:
        raw.execute(undo[word])


POSTGRESQL_DROP = [
    "DROP SCHEMA IF EXISTS other CASCADE", "DROP MATERIALIZED VIEW IF EXISTS mv_people CASCADE",
    "DROP VIEW IF EXISTS v_people CASCADE", "DROP FUNCTION IF EXISTS get_ref(int) CASCADE",
    "DROP FUNCTION IF EXISTS all_people() CASCADE"] + [
    f"DROP TABLE IF EXISTS {name} CASCADE"
    for name in ("people", "persons", "orders", "scratch", "copied", "parent")]


def postgresql_schema():
    path = SHARED / "schema.postgresql.sql"
    text = path.read_text() if path.exists() else (HERE / "schema.postgresql.sql").read_text()
    # a body in $$ has its own semicolons
    return [part.strip() for part in re.findall(r"(?:\$\$.*?\$\$|[^;])+", text, re.S)
            if part.strip()]


def databases(nonce):
    """The three private databases, which are checked to be the private ones."""
    postgresql = Database("pg-raw", postgresql_schema(), POSTGRESQL_DROP)
    tables = [f"DROP {kind} IF EXISTS {name}" for kind, name in
              [("VIEW", "v_people")] + [("TABLE", name) for name in
               ("people", "persons", "orders", "scratch", "copied")]]
    maria = Database("maria-raw", statements_of(HERE / "schema.mariadb.sql"), tables)
    sqlite = Database("sqlite-raw", statements_of(HERE / "schema.sqlite.sql"), tables)
    for database in (postgresql, maria, sqlite):
        database.check(nonce)
    return postgresql, maria, sqlite


def main():
    env = read_env(os.environ["GH_TEST_ENV"])
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="gh-attacks.") as folder:
        make_sources(env, pathlib.Path(folder))
        postgresql, maria, sqlite = databases(env["GH_NONCE"])
        plan = [(database, name, policy, HERE / f"{kind}{suffix}.txt")
                for policy, suffix in (("policy", ""), ("owner", "-owner"))
                for database, name, kind in ((postgresql, "pg", "postgresql"),
                                             (postgresql, "pga", "postgresql"),
                                             (maria, "maria", "mariadb"),
                                             (sqlite, "sqlite", "sqlite"))]
        only = sys.argv[1] if len(sys.argv) > 1 else ""
        for database, name, policy, path in plan:
            attacks = list(read_list(path))
            if path.name == "postgresql.txt" and (SHARED / path.name).exists():
                attacks = list(read_list(SHARED / path.name)) + attacks
            if only in f"{name}-{policy}":
                attack(tap, database, f"{name}-{policy}", attacks)
        for database, name, path in ((postgresql, "pg", SHARED / "harmless.txt"),
                                     (postgresql, "pga", SHARED / "harmless.txt"),
                                     (postgresql, "pg", HERE / "harmless.txt"),
                                     (maria, "maria", HERE / "harmless.txt"),
                                     (sqlite, "sqlite", HERE / "harmless.txt")):
            if path.exists() and only in f"{name}-policy":
                harmless(tap, database, f"{name}-policy", list(read_list(path)))
                if path.parent == HERE:
                    harmless(tap, database, f"{name}-owner", list(read_list(path)))
    print(f"1..{tap.count}")
    sys.exit(1 if tap.failed else 0)


if __name__ == "__main__":
    main()
