#!/usr/bin/python3
"""With no configuration at all, sensitive values never reach the application, whatever their
columns are called, and all others arrive as they would raw."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import common  # noqa: E402

ROWS = 300
TABLE = "holdings"
GIVEN = ["Anna", "Peter", "Maria", "Thomas", "Laura", "James", "Sophie", "Daniel", "Julia",
         "Michael", "Elena", "David", "Sarah", "Robert", "Emma", "Andreas", "Linda", "Paul"]
FAMILY = ["Miller", "Schmidt", "Garcia", "Rossi", "Dubois", "Johnson", "Keller", "Novak",
          "Fischer", "Brown", "Martinez", "Weber", "Wilson", "Moreau", "Jensen", "Taylor"]
WORDS = ["bolt", "washer", "steel plate", "cable drum", "junction box", "filter", "relay",
         "gasket", "hinge", "lamp", "pump", "valve"]
STRAY = "zqx.stray@leak.example"


def iban(number):
    """A German one with its check digits."""
    account = f"37040044{number:010d}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def card(number):
    """A number that passes the Luhn check."""
    digits = f"453201{number:09d}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def row(number):
    mail = f"{GIVEN[number % 18]}.{FAMILY[number * 7 % 16]}{number}@post.example.org".lower()
    text = f"{WORDS[number % 12]} of lot {number * 37 % 1000} in stock"
    return (number, mail, text, iban(number * 7919), int(card(number * 104729)),
            number * 25 % 1000, f"2023-{number % 12 + 1:02d}-{number % 28 + 1:02d}")


def make(raw):
    common.run_all(raw, [f"-DROP VIEW v_{TABLE}", f"-DROP TABLE {TABLE}",
                         f"CREATE TABLE {TABLE}(k int, a varchar(80), b varchar(200), "
                         "c varchar(40), d bigint, e int, f varchar(20))",
                         f"CREATE VIEW v_{TABLE} AS SELECT k AS x, a AS y, b AS z FROM {TABLE}"])
    cursor = raw.cursor()
    for number in range(ROWS):
        cells = row(number)
        values = ", ".join(str(cell) if isinstance(cell, int) else f"'{cell}'" for cell in cells)
        cursor.execute(f"INSERT INTO {TABLE} VALUES ({values})")
    cursor.execute(f"UPDATE {TABLE} SET b = '{STRAY}' WHERE k = 290")
    cursor.close()


SECRETS = {1: [row(n)[1] for n in range(ROWS)] + [STRAY],
           3: [row(n)[3] for n in range(ROWS)], 4: [str(row(n)[4]) for n in range(ROWS)]}
CLEAR = sorted(set(sum(SECRETS.values(), [])), key=len)


def leaks(rows):
    text = repr(rows)
    return [value for value in CLEAR if value in text]


def clean_columns(tap, name, raw, governed):
    sql = f"SELECT k, e, f FROM {TABLE} ORDER BY k"
    tap.result(common.outcome(raw, sql) == common.outcome(governed, sql),
               f"{name}: clean columns are what they were")
    sql = f"SELECT k, b FROM {TABLE} WHERE k <> 290 ORDER BY k"
    tap.result(common.outcome(raw, sql) == common.outcome(governed, sql),
               f"{name}: clean text is what it was")


def sensitive(tap, name, governed):
    for sql in (f"SELECT * FROM {TABLE} ORDER BY k", f"SELECT * FROM v_{TABLE}",
                f"SELECT a FROM {TABLE} WHERE k = 3", f"SELECT d FROM {TABLE} WHERE k = 5",
                f"SELECT MAX(a), MIN(c), MAX(d) FROM {TABLE}",
                f"SELECT UPPER(a), CONCAT(c, '') FROM {TABLE}" if name != "sqlite" else
                f"SELECT UPPER(a), c || '' FROM {TABLE}",
                f"SELECT a FROM {TABLE} UNION SELECT c FROM {TABLE}"):
        rows = common.outcome(governed, sql)
        found = leaks(rows)
        tap.result(isinstance(rows, list) and rows and not found and
                   not leaks(str(rows).lower()), f"{name}: {sql}", (found[:3], str(rows)[:500]))


def transaction(tap, name, sources):
    """In an open transaction nothing of ours may run in it."""
    connection = sources.governed(name, autocommit=False)
    rows = common.outcome(connection, f"SELECT * FROM {TABLE} ORDER BY k")
    tap.result(len(rows) == ROWS and not leaks(rows), f"{name}: in a transaction", leaks(rows)[:3])
    connection.rollback()
    connection.close()


def temporary(tap, name, sources):
    """A table that only this session sees, so that no other connection can look into it."""
    table = f"gone_{TABLE}"
    with sources.connect(f"{name}-open") as governed:
        governed.execute(f"CREATE TEMPORARY TABLE {table}(q varchar(80))")
        for number in range(100):
            governed.execute(f"INSERT INTO {table} VALUES ('{row(number)[1]}')")
        rows = common.outcome(governed, f"SELECT q FROM {table}")
        first = [governed.execute(f"SELECT q FROM {table}").fetchone() for _ in range(2)]
    tap.result(len(rows) == 100 and not leaks(rows), f"{name}: a temporary table", rows[:3])
    tap.result(not leaks(first), f"{name}: the first row of one", first)


def rules(tap, name, raw, sources):
    """What the policy says of classes, families and columns."""
    common.run_all(raw, ["-DROP TABLE donations",
                         "CREATE TABLE donations(q varchar(40), r varchar(40), s bigint)"])
    for number in range(100):
        cells = row(number)
        raw.execute(f"INSERT INTO donations VALUES ('{cells[3]}', '{cells[3]}', {cells[4]})")
    with sources.connect(f"{name}-open") as governed:
        rows = common.outcome(governed, "SELECT q, r, s FROM donations")
    given = [row(n) for n in range(100)]
    tap.result([r[0] for r in rows] == [g[3] for g in given], f"{name}: a column left by a rule",
               rows[:3])
    tap.result(all(r[1].endswith(g[3][-4:]) and r[1] != g[3] for r, g in zip(rows, given)),
               f"{name}: another of that family", rows[:3])
    tap.result(all(r[2] is None for r in rows), f"{name}: a class with a mask of its own",
               rows[:3])
    raw.execute("DROP TABLE donations")


def small(tap, name, raw, governed):
    common.run_all(raw, ["-DROP TABLE few", "CREATE TABLE few(t varchar(60), n int)",
                         "INSERT INTO few VALUES ('washer', 7)",
                         f"INSERT INTO few VALUES ('{STRAY}', 8)"])
    rows = common.outcome(governed, "SELECT t, n FROM few ORDER BY n")
    tap.result(len(rows) == 2 and not leaks(rows) and [r[1] for r in rows] == [7, 8],
               f"{name}: two rows", rows)
    common.run_all(raw, ["DROP TABLE few"])


def learned(tap, sources):
    """The file of sensitive columns adds masks, and whatever becomes of it, takes none away."""
    path = pathlib.Path(sources.work.name, "keys", "columns")
    text = path.read_text()
    tap.result(path.stat().st_mode & 0o777 == 0o600, "the file of columns is ours alone")
    tap.result(f"{TABLE}\ta\tEMAIL\n" in text and not leaks(text), "it names columns, no values",
               text[:1000])
    lines = [line for line in text.splitlines()
             if line.startswith("sqlite-gh\t") and "\ta\tEMAIL" in line]
    path.write_text(text + lines[0].replace("\ta\tEMAIL", "\te\tUS_SSN") + "\n" + "torn")
    sql = f"SELECT a, e FROM {TABLE} WHERE k = 3"
    with sources.governed("sqlite") as governed:
        rows = common.outcome(governed, sql)
    tap.result(not leaks(rows) and rows[0][1] != row(3)[5], "a line of another process masks", rows)
    for what, change in (("emptied", lambda: path.write_text("")),
                         ("overwritten", lambda: path.write_bytes(bytes(range(256)) * 9)),
                         ("open to others", lambda: path.chmod(0o666)),
                         ("a folder", lambda: (path.unlink(), path.mkdir()))):
        change()
        with sources.governed("sqlite") as governed:
            rows = common.outcome(governed, sql)
        tap.result(not leaks(rows), f"the file {what}", rows)


def journal(tap, sources):
    """The record says of what classes the masked values were, and no value."""
    text = ""
    for path in pathlib.Path(sources.work.name, "journal").rglob("*"):
        if path.is_file():
            text += path.read_text(errors="replace")
    tap.result("masked by detection: " in text and "EMAIL" in text, "the journal names classes")
    tap.result("the file of sensitive columns is not used" in text,
               "and that the file of columns could not be used")
    tap.result(not leaks(text), "and no values", leaks(text)[:3])


def main():
    tap = common.Tap()
    sources = common.Sources(None)
    sources.add("open", common.HERE / "detection.xml")
    for name in ("sqlite", "pg", "maria"):
        raw = sources.raw(name)
        make(raw)
        governed = sources.governed(name)
        clean_columns(tap, name, raw, governed)
        sensitive(tap, name, governed)
        transaction(tap, name, sources)
        small(tap, name, raw, governed)
        temporary(tap, name, sources)
        rules(tap, name, raw, sources)
        governed.close()
        raw.close()
    learned(tap, sources)
    journal(tap, sources)
    tap.done()


if __name__ == "__main__":
    main()
