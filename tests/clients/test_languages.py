#!/usr/bin/python3
"""PHP, Perl, Tcl, R, pandas and SQLAlchemy see through Gatehouse what they see raw.

Each client runs the same statements in a process of its own, from a script that
prints rows or the error's text.
"""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import common  # noqa: E402

common.need_servers()
TAP = common.Tap()
STATEMENTS = [
    "SELECT id, name, amount, day FROM gh_client ORDER BY id",
    "INSERT INTO gh_client (id, name) VALUES (30, 'new')",
    "UPDATE gh_client SET name = 'newer' WHERE id = 30",
    "SELECT name FROM gh_client WHERE id = 30",
    "DELETE FROM gh_client WHERE id = 30",
    "SELECT count(*) FROM gh_client",
    "SELECT * FROM no_such_table",
]
SECRETS = "SELECT id, email, ssn, salary, alias, note FROM gh_people ORDER BY id"

PHP = """<?php
error_reporting(0);
$c = odbc_connect(getenv('GH_TEXT'), 'gatehouse', 'gatehouse');
if (!$c) exit('connect: ' . odbc_errormsg() . "\\n");
foreach (array_slice($argv, 1) as $sql) {
	$r = odbc_exec($c, $sql);
	if (!$r) { echo 'error: ', odbc_error($c), ' ', odbc_errormsg($c), "\\n"; continue; }
	while (odbc_num_fields($r) > 0 && $row = odbc_fetch_array($r))
		echo json_encode(array_values($row), JSON_INVALID_UTF8_SUBSTITUTE), "\\n";
	echo odbc_num_rows($r), "\\n";
}
"""
PDO = """<?php
try { $c = new PDO('odbc:' . getenv('GH_TEXT')); }
catch (PDOException $e) { exit('connect: ' . $e->getMessage() . "\\n"); }
foreach (array_slice($argv, 1) as $sql) {
	try {
		$r = $c->query($sql);
		while ($r->columnCount() > 0 && $row = $r->fetch(PDO::FETCH_NUM))
			echo json_encode($row, JSON_INVALID_UTF8_SUBSTITUTE), "\\n";
		echo $r->rowCount(), "\\n";
	} catch (PDOException $e) { echo 'error: ', $e->getMessage(), "\\n"; }
}
"""
PERL = """use DBI;
my $c = DBI->connect("dbi:ODBC:$ENV{GH_TEXT}", undef, undef,
	{ PrintError => 0, RaiseError => 0 }) or die "connect: $DBI::errstr\\n";
for my $sql (@ARGV) {
	my $r = $c->prepare($sql);
	if (!$r || !$r->execute) { print "error: ", $c->state, " ", $c->errstr, "\\n"; next }
	while ($r->{NUM_OF_FIELDS} and my @row = $r->fetchrow_array) {
		print join("|", map { $_ // "NULL" } @row), "\\n";
	}
	print $r->rows, "\\n";
}
"""
TCL = """package require tdbc::odbc
if {[catch {tdbc::odbc::connection create c $env(GH_TEXT)} text]} { puts "connect: $text"; exit }
foreach sql $argv {
	if {[catch {c allrows -as lists $sql} rows]} { puts "error: $rows" } else { puts $rows }
}
"""
R = """library(RODBC)
c <- odbcDriverConnect(Sys.getenv("GH_TEXT"))
for (sql in commandArgs(TRUE)) print(sqlQuery(c, sql, stringsAsFactors = FALSE))
odbcClose(c)
"""
PANDAS = """import os, sys, warnings, pandas, pyodbc
warnings.simplefilter("ignore")
c = pyodbc.connect(os.environ["GH_TEXT"], autocommit=True)
for sql in sys.argv[1:]:
    try:
        if sql.startswith("SELECT"):
            print(pandas.read_sql(sql, c).to_csv(index=False))
        else:
            print(c.cursor().execute(sql).rowcount)
    except Exception as error:
        print("error:", error)
"""
ALCHEMY = """import os, sys, sqlalchemy, urllib.parse
kind = os.environ["GH_KIND"]
e = sqlalchemy.create_engine("mysql+pyodbc:///?odbc_connect=" +
                             urllib.parse.quote_plus(os.environ["GH_TEXT"]))
with e.connect() as c:
    for sql in sys.argv[1:]:
        try:
            r = c.execute(sqlalchemy.text(sql))
            print([tuple(row) for row in r] if r.returns_rows else r.rowcount)
        except Exception as error:
            print("error:", error)
"""
EVERY = ("sqlite", "pg", "pga", "maria")
WIDE = ("sqlite", "pg", "maria")  # psqlodbca gives no wide texts, raw neither
# name: command, ending of the script, script, targets
CLIENTS = {
    "PHP odbc": ("php", ".php", PHP, EVERY),
    "PHP PDO": ("php", ".php", PDO, EVERY),
    "Perl DBD::ODBC": ("perl", ".pl", PERL, EVERY),
    "Tcl tdbc::odbc": ("tclsh", ".tcl", TCL, WIDE),
    "R RODBC": ("Rscript", ".R", R, ("pg", "pga", "maria")),  # it reads no rows of SQLite, raw
    "pandas": ("/usr/bin/python3", ".py", PANDAS, WIDE),
    "SQLAlchemy": ("/usr/bin/python3", ".py", ALCHEMY, ("maria",)),
}
PROBES = {
    "PHP odbc": ["php", "-r", "exit(function_exists('odbc_connect') ? 0 : 1);"],
    "PHP PDO": ["php", "-r", "exit(extension_loaded('pdo_odbc') ? 0 : 1);"],
    "Perl DBD::ODBC": ["perl", "-MDBD::ODBC", "-e", "1"],
    "Tcl tdbc::odbc": ["sh", "-c", "echo 'package require tdbc::odbc' | tclsh"],
    "R RODBC": ["Rscript", "-e", "library(RODBC)"],
    "pandas": ["/usr/bin/python3", "-c", "import pandas, pyodbc"],
    "SQLAlchemy": ["/usr/bin/python3", "-c", "import sqlalchemy, pyodbc"],
}


def installed(client):
    if not shutil.which(PROBES[client][0]):
        return False
    done = subprocess.run(PROBES[client], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120, check=False)
    return done.returncode == 0


def run(client, target, kind, statements, policy="transparent"):
    """Status and output of the client's script."""
    command, ending, script, _ = CLIENTS[client]
    path = os.path.join(os.environ["GH_TEST_ENV"], "client" + ending)
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    text = "DSN=%s-%s%s" % (target, kind, common.policy(policy) if kind != "raw" else "")
    done = subprocess.run([command, path] + statements, timeout=120, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=dict(os.environ, GH_TEXT=text, GH_KIND=target))
    return done.returncode, done.stdout.decode("utf-8", "replace")


def transparent(client, target):
    raw = run(client, target, "raw", STATEMENTS)
    governed = run(client, target, common.SUFFIX, STATEMENTS)
    title = "%s %s: " % (client, target)
    TAP.ok("newer" in raw[1] and "no_such_table" in raw[1],
           title + "the raw driver reads, writes and fails", raw)
    TAP.same(raw, governed, title + "reads, writes and errors are the same")


def masked(client, target):
    title = "%s %s: " % (client, target)
    clear = run(client, target, "raw", [SECRETS])
    shown = run(client, target, common.SUFFIX, [SECRETS, "DROP TABLE gh_people"], "masked")
    TAP.ok(common.leak(clear[1]) is not None, title + "the raw driver shows secrets", clear)
    TAP.ok(common.leak(shown[1]) is None, title + "masked columns show none", shown)
    TAP.ok("plain one" in shown[1], title + "the others are whole", shown)
    TAP.ok("[Gatehouse][Policy]" in shown[1] and "Tables stay where they are" in shown[1],
           title + "a denial can be read", shown)


def setup(target):
    import pyodbc
    connection = pyodbc.connect("DSN=%s-raw" % target, autocommit=True)
    common.work(connection.cursor())
    common.people(connection.cursor(), target)
    connection.close()


def main():
    present = {client for client in CLIENTS if installed(client)}
    for target in common.targets():
        setup(target)
        for client, row in CLIENTS.items():
            if target not in row[3]:
                continue
            if client not in present:
                TAP.ok(True, "%s %s # SKIP not installed" % (client, target))
                continue
            transparent(client, target)
            masked(client, target)
    TAP.done()


main()
