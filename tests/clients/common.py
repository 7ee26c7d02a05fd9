"""What the client tests share: TAP, the targets of the test environment, raw connections."""
import os
import sys

TOP = os.environ.get("top_srcdir", ".")
TARGETS = ["sqlite", "pg", "pga", "maria"]
SUFFIX = os.environ.get("GH_ODBC_GOVERNED") or "gh"
PEOPLE = ("zqxsecret@leak.example", "536-48-7319", "987654.25", "Wvutqzy Hush", "1977-03-09")
FRAGMENTS = ("zqxs", "536-4", "98765", "wvut", "1977", "deadc0")


class Tap:
    """Counts and prints results; a check that does not hold says what it got."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name, got=None):
        self.count += 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        if not good:
            self.failed += 1
            for line in repr(got)[:1500].split("\\n"):
                print("# " + line)
        sys.stdout.flush()
        return good

    def same(self, raw, governed, name):
        return self.ok(raw == governed, name, {"raw": raw, "governed": governed})

    def done(self):
        print("1..%d" % self.count)
        sys.exit(1 if self.failed else 0)


def need_servers():
    if not os.environ.get("GH_TEST_ENV"):
        print("1..0 # SKIP no servers")
        sys.exit(0)
    if not os.environ.get("ODBCINI"):
        print("Bail out! ODBCINI is not set; see GH_TEST_ENV/env")
        sys.exit(1)


def targets():
    with open(os.environ["ODBCINI"], encoding="utf-8") as file:
        text = file.read()
    only = os.environ.get("GH_ODBC_TARGETS")
    for name in TARGETS:
        if "[%s-raw]" % name in text and (not only or name in only.split(",")):
            yield name


def policy(name):
    """Keywords behind DSN=...; a comparison of raw with raw takes none."""
    return "" if SUFFIX == "raw" else ";Policy=%s/tests/odbc/%s.xml" % (TOP, name)


def leak(text):
    """The first fragment of a secret in the text; None if there is none."""
    low = text.lower()
    for fragment in FRAGMENTS:
        if fragment in low:
            return fragment
    return None


def people(cursor, target):
    """Makes gh_people as tests/odbc/secrets.c does; masked.xml masks it."""
    blob = "bytea" if target in ("pg", "pga") else "blob"
    opening = "'\\x" if blob == "bytea" else "x'"
    cursor.execute("DROP TABLE IF EXISTS gh_people")
    cursor.execute("CREATE TABLE gh_people (id int PRIMARY KEY, email varchar(60) UNIQUE, "
                   "ssn varchar(11), salary decimal(10,2), bonus int, alias varchar(40), "
                   "born date, photo %s, note varchar(20))" % blob)
    cursor.execute("INSERT INTO gh_people VALUES (1, '%s', '%s', %s, 424242, '%s', '%s', "
                   "%sdeadc0de', 'plain one'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
                   % (PEOPLE + (opening,)))


def work(cursor):
    """A table without masked columns, with letters of all kinds."""
    cursor.execute("DROP TABLE IF EXISTS gh_client")
    cursor.execute("CREATE TABLE gh_client (id int PRIMARY KEY, name varchar(40), "
                   "amount decimal(10,2), day date, body varchar(4000))")
    cursor.execute("INSERT INTO gh_client VALUES (1, 'one', 1.5, '2024-02-29', 'short'), "
                   "(2, 'na\u00efve \u20ac', -0.25, '1999-12-31', 'b\u00e9b\u00e9'), "
                   "(3, NULL, NULL, NULL, NULL), (4, '', 0, '2000-01-01', '%s')" % ("x" * 3000))
