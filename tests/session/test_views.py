#!/usr/bin/python3
"""A view shows what its base columns may show: no more, and no less."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import common  # noqa: E402

SSN, EMAIL = "536-48-1207", "zoe.quartz@example.org"
SHOWN = "*******1207"

PLAIN = [
    "CREATE TABLE people(id int primary key, name varchar(40), ssn varchar(20), email varchar(60))",
    f"INSERT INTO people VALUES (1, 'Zoe', '{SSN}', '{EMAIL}')",
    "CREATE TABLE notes(id int, note varchar(40))", "INSERT INTO notes VALUES (1, 'hello')",
    "CREATE TABLE vault(k varchar(40))", "INSERT INTO vault VALUES ('gold')",
    "CREATE VIEW v_plain AS SELECT id, name, ssn AS tax_ref, email AS contact FROM people",
    "CREATE VIEW v_expr AS SELECT id, upper(name) AS shout, substr(ssn, 1, 7) AS half FROM people",
    "CREATE VIEW v_nested(a, b, c) AS SELECT tax_ref, id, name FROM v_plain WHERE id > 0",
    "CREATE VIEW v_join AS SELECT p.name, n.note, p.ssn FROM people p JOIN notes n ON n.id = p.id",
    "CREATE VIEW v_union AS SELECT ssn AS x FROM people UNION ALL SELECT note FROM notes",
    "CREATE VIEW v_where AS SELECT id, name FROM people WHERE email LIKE 'z%'",
    "CREATE VIEW v_vault AS SELECT k AS thing FROM vault",
    "CREATE VIEW v_star AS SELECT * FROM people",
    "CREATE VIEW v_count AS SELECT count(*) AS n, max(ssn) AS top FROM people",
    "CREATE VIEW v_exists AS SELECT id, EXISTS (SELECT 1 FROM people q WHERE q.ssn LIKE '536%')"
    " AS it FROM people",
]
DROP = ["-DROP MATERIALIZED VIEW m_deep", "-DROP MATERIALIZED VIEW m_flat"] + [
    "-DROP VIEW " + name for name in ("v_nested", "v_plain", "v_expr", "v_join", "v_union",
                                         "v_where", "v_vault", "v_star", "v_count", "v_exists",
                                         "v_func", "v_gen", "v_cycle", "v_loop", "v_path")]
DROP += [
         "-DROP TABLE parts", "-DROP TABLE people_old", "-DROP TABLE people", "-DROP TABLE notes",
         "-DROP TABLE vault", "-DROP TABLE gen", "-DROP TABLE fast", "-DROP SCHEMA aside CASCADE",
         "-DROP FUNCTION leak()", "-DROP TABLE base"]

# statement, rows; or a word of the message
EVERYWHERE = [
    ("SELECT tax_ref, name FROM v_plain", [(SHOWN, "Zoe")]),
    ("SELECT id, name FROM v_plain WHERE id = 1", [(1, "Zoe")]),
    ("SELECT shout FROM v_expr", [("ZOE",)]),
    ("SELECT a, b, c FROM v_nested", [(SHOWN, 1, "Zoe")]),
    ("SELECT * FROM v_nested", [(SHOWN, 1, "Zoe")]),
    ("SELECT * FROM v_join", [("Zoe", "hello", SHOWN)]),
    ("SELECT w.note FROM v_join w, notes n WHERE n.note = w.note", [("hello",)]),
    ("SELECT ssn, name FROM v_star", [(SHOWN, "Zoe")]),
    ("SELECT n FROM v_count", [(1,)]),
    ("WITH q AS (SELECT tax_ref AS t FROM v_plain) SELECT t FROM q", [(SHOWN,)]),
    ("SELECT thing FROM v_vault", "The vault is closed"),
    ("SELECT name FROM v_where", "may not be used to filter"),
    ("SELECT contact FROM v_plain ORDER BY contact", "may not be used to filter"),
    ("UPDATE v_plain SET name = tax_ref WHERE id = 1", "Blocked by policy"),
    ("INSERT INTO notes (note) SELECT tax_ref FROM v_plain", "would copy"),
]
# what must not be told, whatever the answer is
HIDDEN = ["SELECT half FROM v_expr", "SELECT x FROM v_union", "SELECT top FROM v_count",
          "SELECT contact FROM v_plain", "SELECT * FROM v_star", "SELECT it FROM v_exists",
          "SELECT v_plain.contact, v_plain.* FROM v_plain", "SELECT max(a) FROM v_nested"]

POSTGRESQL = [
    "CREATE FUNCTION leak() RETURNS text LANGUAGE sql AS $$ SELECT ssn FROM people $$",
    "CREATE VIEW v_func AS SELECT leak() AS x, name FROM people",
    "CREATE MATERIALIZED VIEW m_flat AS SELECT name, ssn AS ref FROM people",
    "CREATE MATERIALIZED VIEW m_deep AS SELECT name AS who FROM v_plain",
    "CREATE TABLE gen (a text, b text GENERATED ALWAYS AS (a) STORED)",
    f"INSERT INTO gen VALUES ('{SSN}')",
    "CREATE SCHEMA aside", "CREATE TABLE aside.people(id int, ssn text, open text)",
    f"INSERT INTO aside.people VALUES (1, '{SSN}', 'open')",
    "CREATE VIEW v_path AS SELECT open, ssn FROM aside.people",
    "CREATE TABLE aside.notes(id int, other text)", "INSERT INTO aside.notes VALUES (1, 'aside')",
    "CREATE TABLE fast(a int)", "INSERT INTO fast VALUES (1)",
    f"ALTER TABLE fast ADD COLUMN extra text DEFAULT '{SSN}'",
]
ON_POSTGRESQL = [
    ("SELECT name, ref FROM m_flat", [("Zoe", SHOWN)]),
    ("SELECT open FROM aside.people", [("open",)]),
    ("SELECT open FROM v_path", [("open",)]),
    ("SELECT open FROM \"aside\".people", [("open",)]),
    ("SELECT note FROM notes", [("hello",)]),
    ("SELECT other FROM aside.notes", [("aside",)]),
    ("SELECT name FROM PUBLIC.People WHERE id = 1", [("Zoe",)]),
    # names and types in the server's catalogue are of no table
    ("SELECT relname, relkind FROM pg_class WHERE relname = 'fast'", [("fast", "r")]),
    ("SELECT a.attname, format_type(a.atttypid, a.atttypmod), n.nspname FROM pg_catalog.pg_class c"
     " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
     " WHERE c.relname = 'fast' AND a.attnum = 1 AND pg_table_is_visible(c.oid)",
     [("a", "integer", "public")]),
    ("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'fast'"
     " ORDER BY ordinal_position", [("a", "integer"), ("extra", "text")]),
]
HIDDEN_POSTGRESQL = ["SELECT x FROM v_func",
                     "SELECT attmissingval::text FROM pg_attribute WHERE attname = 'extra'",
                     "SELECT row_to_json(a) FROM pg_attribute a WHERE attname = 'extra'",
                     "SELECT * FROM pg_attribute WHERE attname = 'extra'",
                     "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef",
                     "SELECT column_default FROM information_schema.columns",
                     "SELECT to_json(c) FROM information_schema.columns c",
                     "SELECT * FROM people", "SELECT ssn FROM v_path", "SELECT who FROM m_deep",
                     "SELECT most_common_vals FROM pg_stats WHERE tablename = 'people'",
                     "SELECT histogram_bounds::text FROM pg_stats WHERE attname = 'ssn'"]
INHERITED = ["CREATE TABLE people_old () INHERITS (people)",
             "INSERT INTO people_old VALUES (7, 'Old', '219-09-8888', 'old@example.org')"]
MARIADB = ["CREATE TABLE base(ssn varchar(20), tax varchar(20) GENERATED ALWAYS AS (ssn) VIRTUAL)",
           f"INSERT INTO base(ssn) VALUES ('{SSN}')"]
SQLITE = ["CREATE TABLE base(ssn text, tax text GENERATED ALWAYS AS (ssn))",
          f"INSERT INTO base(ssn) VALUES ('{SSN}')",
          "CREATE VIEW v_cycle AS SELECT * FROM v_loop",
          "CREATE VIEW v_loop AS SELECT * FROM v_cycle",
          "CREATE VIEW \"v_gen\"([tax], \"other name\") AS SELECT ssn, name FROM people"]


def tells(rows):
    """True if a cell shows more of a secret than a mask leaves."""
    return any(part in str(cell) for row in rows for cell in row
               for part in ("536-48", "219-09", "quartz", "old@"))


def check(tap, name, connection, cases, hidden):
    for sql, expected in cases:
        got = common.outcome(connection, sql)
        fine = got == expected if isinstance(expected, list) else expected in str(got)
        tap.result(fine, f"{name}: {sql}", f"expected {expected}\ngot {got}")
    for sql in hidden:
        got = common.outcome(connection, sql)
        tap.result(isinstance(got, str) or not tells(got), f"{name}: hidden: {sql}", got)


def transaction(tap, sources, name):
    """Views are seen through in a transaction too, and one made meanwhile is not trusted."""
    connection = sources.governed(name, autocommit=False)
    rows = common.outcome(connection, "SELECT tax_ref, name FROM v_plain")
    tap.result(rows == [(SHOWN, "Zoe")], f"{name}: in a transaction", rows)
    connection.rollback()
    connection.close()


def changed(tap, sources, name):
    """What another session makes of a view holds once names are forgotten."""
    connection, raw = sources.governed(name), sources.raw(name)
    common.outcome(connection, "SELECT name FROM v_plain")
    common.run_all(raw, ["-DROP MATERIALIZED VIEW m_deep", "DROP VIEW v_nested",
                         "DROP VIEW v_plain"])
    raw.execute("CREATE VIEW v_plain AS SELECT id, ssn AS name FROM people")
    common.outcome(connection, "DROP TABLE notes")
    rows = common.outcome(connection, "SELECT name FROM v_plain")
    tap.result(rows == [(SHOWN,)], f"{name}: another definition, after DDL", rows)
    raw.close()
    connection.close()


def inherited(tap, sources):
    """Rows of a table are those of its children too, and what hides the parent hides them."""
    raw, connection = sources.raw("pg"), sources.governed("pg")
    common.run_all(raw, INHERITED)
    check(tap, "pg", connection, [("SELECT id, name FROM people_old", [(7, "Old")]),
                                  ("SELECT name FROM people WHERE id = 7", [("Old",)])],
          ["SELECT ssn FROM people_old", "SELECT ssn FROM people", "SELECT * FROM people_old",
           "SELECT tax_ref FROM v_plain", "SELECT email FROM ONLY people_old"])
    connection.close()
    raw.close()


def main():
    sources, tap = common.Sources(), common.Tap()
    more = {"pg": (POSTGRESQL, ON_POSTGRESQL, HIDDEN_POSTGRESQL),
            "maria": (MARIADB, [("SELECT tax_ref, n.note FROM v_plain v JOIN notes n USING (id)",
                                 [(SHOWN, "hello")])],
                      ["SELECT min_value FROM mysql.column_stats"]),
            "sqlite": (SQLITE, [("SELECT \"other name\" FROM v_gen", [("Zoe",)]),
                                ("SELECT tax FROM v_gen", [(SHOWN,)]),
                                ("SELECT name FROM main.v_plain", [("Zoe",)])],
                       ["SELECT * FROM v_cycle", "SELECT tax FROM main.base"])}
    for name in ("pg", "maria", "sqlite"):
        raw = sources.raw(name)
        common.run_all(raw, [sql for sql in DROP + PLAIN + more[name][0]
                             if name == "pg" or "MATERIALIZED" not in sql])
        if name == "pg":
            common.run_all(raw, ["ANALYZE people"])
        connection = sources.governed(name)
        check(tap, name, connection, EVERYWHERE + more[name][1], HIDDEN + more[name][2])
        connection.close()
        if name == "pg":
            inherited(tap, sources)
            common.run_all(raw, ["DROP TABLE people_old"])
        transaction(tap, sources, name)
        changed(tap, sources, name)
        common.run_all(raw, [sql for sql in DROP if name == "pg" or "MATERIALIZED" not in sql])
        raw.close()
    tap.done()


main()
