#!/usr/bin/python3
"""isql and iusql show through Gatehouse what they show over the raw driver."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import common  # noqa: E402

common.need_servers()
TAP = common.Tap()
STATEMENTS = [
    "SELECT * FROM gh_client ORDER BY id",
    "SELECT name, day FROM gh_client WHERE id < 3 ORDER BY id",
    "SELECT count(*) FROM gh_client",
    "INSERT INTO gh_client (id, name) VALUES (20, 'new')",
    "UPDATE gh_client SET name = 'newer' WHERE id = 20",
    "DELETE FROM gh_client WHERE id = 20",
    "SELECT * FROM no_such_table",
    "SELEC 1",
]
# iusql takes neither -k nor -3, though its help says so
MODES = {
    "isql": (["-b"], ["-b", "-d,", "-c"], ["-b", "-v"], ["-b", "-w"], ["-b", "-v", "-3"]),
    "iusql": (["-b"], ["-b", "-d,", "-c"], ["-b", "-v"], ["-b", "-w"]),
}


def run(program, words, text):
    """Output and status of one batch; the programs differ only in width."""
    done = subprocess.run([program] + words, input=text.encode() + b"\n", timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def installed(program):
    return any(os.access(os.path.join(folder, program), os.X_OK)
               for folder in os.environ["PATH"].split(os.pathsep))


def words_for(program, target, kind, policy):
    """The policy is in the connection string; iusql puts "DSN=" in front by itself."""
    keywords = common.policy(policy) if kind != "raw" else ""
    name = "%s-%s%s" % (target, kind, keywords)
    return ["DSN=" + name, "-k"] if program == "isql" else [name]


def setup(target):
    class Cursor:
        """Runs each statement in an isql of its own on the raw data source."""

        @staticmethod
        def execute(sql):
            run("isql", [target + "-raw", "-b"], sql)

    common.work(Cursor)
    common.people(Cursor, target)


def reads(program, target):
    """psqlodbca gives no wide text, raw neither, so iusql shows nothing there."""
    return not (program == "iusql" and target == "pga")


def transparent(program, target):
    """All statements on one side first: they write, and end as they began."""
    for mode in MODES[program]:
        sides = []
        for kind in ("raw", common.SUFFIX):
            words = words_for(program, target, kind, "transparent") + mode
            sides.append([run(program, words, sql) for sql in STATEMENTS])
        if reads(program, target):
            TAP.ok(b"one" in sides[0][0][1], "%s %s %s: the raw driver gives rows" %
                   (program, target, " ".join(mode)), sides[0][0])
        for sql, raw, governed in zip(STATEMENTS, *sides):
            TAP.same(raw, governed, "%s %s %s: %s" % (program, target, " ".join(mode), sql))


def by_name(target):
    """Without -k isql uses SQLConnect; the data source's own policy holds."""
    raw = run("isql", [target + "-raw", "-b"], "SELECT 1")
    TAP.same(raw, run("isql", ["%s-%s" % (target, common.SUFFIX), "-b"], "SELECT 1"),
             "isql %s: connects by name" % target)


def masked(program, target):
    def shows(kind, sql):
        return run(program, words_for(program, target, kind, "masked") + ["-b", "-v"], sql)

    sql = "SELECT id, email, ssn, salary, alias, born, note FROM gh_people ORDER BY id"
    shown = shows(common.SUFFIX, sql)
    text = shown[1].decode("utf-8", "replace")
    TAP.ok(common.leak(text) is None, "%s %s: masked columns show no secret" % (program, target),
           shown)
    clear = shows("raw", sql)
    if reads(program, target):
        TAP.ok("plain one" in text, "%s %s: the others are whole" % (program, target), shown)
        TAP.ok(common.leak(clear[1].decode("utf-8", "replace")) is not None,
               "%s %s: the raw driver shows them" % (program, target), clear)
    denied = shows(common.SUFFIX, "DROP TABLE gh_people")
    TAP.ok(b"[Gatehouse][Policy] " in denied[1],
           "%s %s: a denial can be read" % (program, target), denied)
    TAP.ok(program == "iusql" or b"[42501]" in denied[1],
           "%s %s: with its SQLSTATE, where the program shows one" % (program, target), denied)


def main():
    for target in common.targets():
        setup(target)
        for program in ("isql", "iusql"):
            if not installed(program):
                TAP.ok(True, "%s # SKIP %s is not installed" % (target, program))
                continue
            transparent(program, target)
            masked(program, target)
        by_name(target)
        run("isql", [target + "-raw", "-b"], "DROP TABLE gh_client")
    TAP.done()


main()
