#!/usr/bin/python3
"""Runs tests/attacks/paths with databases and policies as tests/attacks/run.py has them."""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run  # noqa: E402


def main():
    env = run.read_env(os.environ["GH_TEST_ENV"])
    build = pathlib.Path(os.environ.get("top_builddir", "."))
    with tempfile.TemporaryDirectory(prefix="gh-attacks.") as folder:
        run.make_sources(env, pathlib.Path(folder))
        postgresql, maria, sqlite = run.databases(env["GH_NONCE"])
        # so that a copied row fails at the commit, and the message quotes it
        postgresql.schema.append("ALTER TABLE people ADD CONSTRAINT people_ssn UNIQUE (ssn) "
                                 "DEFERRABLE INITIALLY DEFERRED")
        for database in (postgresql, maria, sqlite):
            database.set_up()
        sources = [f"{name}-{policy}" for name in ("pg", "pga", "maria", "sqlite")
                   for policy in ("policy", "owner")]
        done = subprocess.run([build / "tests/attacks/paths", build / ".libs/libgatehouse.so",
                               *sources], check=False)
    sys.exit(done.returncode)


main()
