#!/usr/bin/python3
"""isql and iusql run a whole batch in one session: results, masks, the catalogue, errors.

Short, and so one of the tests that also run under valgrind (tests/valgrind.list).
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import common  # noqa: E402

common.need_servers()
TAP = common.Tap()
BATCH = """SELECT note, email, ssn, salary, born FROM gh_people ORDER BY id
SELECT id, name, amount, day FROM gh_client ORDER BY id
INSERT INTO gh_client (id, name) VALUES (20, 'new')
UPDATE gh_client SET name = 'newer' WHERE id = 20
SELECT name FROM gh_client WHERE id = 20
DELETE FROM gh_client WHERE id = 20
help
help gh_client
SELECT * FROM no_such_table
DROP TABLE gh_people
"""


def run(words, text):
    """What was printed; 99 is what a memory checker ends a program with."""
    done = subprocess.run(words, input=text.encode(), timeout=300, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done, done.stdout.decode("utf-8", "replace")


def setup(target):
    class Cursor:
        """Runs each statement in an isql of its own on the raw data source."""

        @staticmethod
        def execute(sql):
            run(["isql", target + "-raw", "-b"], sql + "\n")

    common.work(Cursor)
    common.people(Cursor, target)


def batch(program, target):
    name = "%s-%s%s" % (target, common.SUFFIX, common.policy("masked"))
    words = ["isql", "-k", "DSN=" + name] if program == "isql" else ["iusql", name]
    done, text = run(words + ["-b", "-v"], BATCH)
    title = "%s %s: " % (program, target)
    got = text, done.stderr
    TAP.ok(done.returncode == 0, title + "the batch ends well", got)
    TAP.ok(common.leak(text) is None, title + "it shows no secret", got)
    TAP.ok("[Gatehouse][Policy] " in text, title + "what is denied says so", got)
    # psqlodbca gives no wide text, raw neither, so iusql shows nothing there
    if program == "isql" or target != "pga":
        for word in ("plain one", "newer", "gh_client", "amount"):
            TAP.ok(word in text, title + "it shows " + word, got)


def main():
    for target in common.targets():
        setup(target)
        batch("isql", target)
        batch("iusql", target)
    TAP.done()


main()
