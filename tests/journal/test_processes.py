#!/usr/bin/python3
"""Several processes write one journal through the driver, and one of them is killed.

Each says the number of a statement when the driver has answered it.  No statement that
was answered may be missing from the journal or be there twice, and verification must
take the killed session for lost, not the log for tampered with.
"""
import json
import os
import shutil
import signal
import subprocess
import sys

if not os.environ.get("GH_TEST_ENV"):
    print("1..0 # SKIP no servers")
    sys.exit(0)
try:
    import pyodbc
except ImportError:
    print("1..0 # SKIP python3-pyodbc is not installed")
    sys.exit(0)

BUILD = os.environ.get("top_builddir", ".")
LOG = os.environ["GH_TEST_ENV"] + "/journal-of-processes"
pyodbc.pooling = False
CLIENTS, STATEMENTS, KILLED_AFTER = 4, 1000, 300
results = []


def client(name):
    """One process: a column name of its own in each statement tells them apart."""
    connection = pyodbc.connect("DSN=sqlite-gh;Journal=" + LOG, autocommit=True)
    cursor = connection.cursor()
    for number in range(STATEMENTS):
        cursor.execute("SELECT 1 AS client_%s_%d" % (name, number)).fetchall()
        os.write(1, b"%d\n" % number)
    cursor.close()
    connection.close()


def start(name):
    return subprocess.Popen([sys.executable, os.path.abspath(__file__), str(name)],
                            stdout=subprocess.PIPE)


def run_clients():
    """What each of them was told of; the first is killed in the middle of its work."""
    clients = [start(name) for name in range(CLIENTS)]
    told = [b""]
    while told[0].count(b"\n") < KILLED_AFTER:
        piece = os.read(clients[0].stdout.fileno(), 4096)
        if not piece:
            break
        told[0] += piece
    clients[0].send_signal(signal.SIGKILL)
    told[0] += clients[0].stdout.read()
    told += [process.stdout.read() for process in clients[1:]]
    return [process.wait() for process in clients], [text.count(b"\n") for text in told]


def records():
    for name in sorted(os.listdir(LOG)):
        if name.startswith("seg-"):
            with open(os.path.join(LOG, name), encoding="utf-8") as segment:
                for line in segment:
                    yield json.loads(line)


def times_written():
    """How often the journal has each statement of each client as executed."""
    times = {}
    for record in records():
        text = record.get("sql", "") if record["event"] == "exec" else ""
        at = text.find("client_")
        if at >= 0:
            word = text[at:].split()[0].strip('"')
            times[word] = times.get(word, 0) + 1
    return times


def verify():
    return subprocess.run([BUILD + "/gatehouse", "journal", "verify", LOG], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def ok(good, name, got=None):
    results.append(good)
    print("%s %d - %s" % ("ok" if good else "not ok", len(results), name))
    if not good:
        print("# " + repr(got)[:1500])


def main():
    shutil.rmtree(LOG, ignore_errors=True)
    codes, told = run_clients()
    ok(codes == [-signal.SIGKILL] + [0] * (CLIENTS - 1), "one was killed, the others ended", codes)
    ok(KILLED_AFTER <= told[0] < STATEMENTS and told[1:] == [STATEMENTS] * (CLIENTS - 1),
       "it was in the middle of its work", told)
    first = verify()
    ok(first.returncode in (0, 2), "the log is not taken for tampered with", first.stdout)
    times = times_written()
    missing = ["client_%d_%d" % (name, number) for name in range(CLIENTS)
               for number in range(told[name]) if "client_%d_%d" % (name, number) not in times]
    ok(not missing, "no statement that was answered is missing", missing[:5])
    ok(set(times.values()) == {1}, "none is there twice",
       [word for word in times if times[word] != 1][:5])
    pyodbc.connect("DSN=sqlite-gh;Journal=" + LOG, autocommit=True).close()
    last = verify()
    ok(last.returncode in (0, 2), "nor once it was opened again", last.stdout)
    ok([record["event"] for record in records()].count("session-lost") == 1,
       "the killed session is lost, and no other")
    print("1..%d" % len(results))
    sys.exit(0 if all(results) else 1)


if len(sys.argv) > 1:
    client(sys.argv[1])
else:
    main()
