#!/usr/bin/python3
"""Kills writers at random moments: no acknowledged record may be lost, and no
honest log may look tampered with.

    kill.py [RUNS]      default 40; `make check` runs the default
"""
import os, random, shutil, signal, struct, subprocess, sys, tempfile, time

build = os.environ.get("top_builddir", ".")
runs = int(sys.argv[1]) if len(sys.argv) > 1 else 40
rand = random.Random(int(os.environ.get("GH_SEED", str(time.time_ns()))))
folder = tempfile.mkdtemp(prefix="gh-test-kill-")
log, keys = folder + "/log", folder + "/keys"


def verify():
    return subprocess.run([build + "/gatehouse", "journal", "verify", log],
                          capture_output=True, text=True)


def one_run(number):
    """Starts one to three writers, kills them, and returns what they acknowledged."""
    writers = []
    for i in range(rand.choice([1, 1, 2, 3])):
        out = open(f"{folder}/acked-{number}-{i}", "w+b")
        writers.append((subprocess.Popen([build + "/tests/journal/writer", log, keys, "0",
                                          str(i), "200000"], stdout=out), out))
    time.sleep(rand.choice([0.002, 0.01, 0.03, 0.1, 0.25]) * (0.5 + rand.random()))
    for process, _ in writers:
        process.send_signal(signal.SIGKILL)
    acked = []
    for process, out in writers:
        process.wait()
        out.seek(0)
        data = out.read()
        acked += [x[0] for x in struct.iter_unpack("<Q", data[:len(data) // 8 * 8])]
        out.close()
    return acked


def main():
    print("1..3")
    false_alarms, lost, everything = [], [], []
    for number in range(runs):
        everything += one_run(number)
        result = verify()
        if result.returncode == 1:
            false_alarms.append(result.stdout)
        if result.returncode == 3 and everything:
            false_alarms.append(result.stderr)
    end = subprocess.run([build + "/tests/journal/writer", log, keys, "2", "9"],
                         stdout=subprocess.DEVNULL)
    final = verify()
    events = {}
    for name in sorted(os.listdir(log)):
        if name.startswith("seg-"):
            first = int(name[4:24])
            with open(log + "/" + name, "rb") as segment:
                for i, line in enumerate(segment):
                    events[first + i] = line
    lost = [i for i in everything if i not in events or b'"session":' not in events[i]]
    if len(set(everything)) != len(everything):
        lost.append("an index was given out twice")
    print(f"# {runs} runs, {len(everything)} acknowledged, {len(events)} records")
    print(("not " if false_alarms else "") + "ok 1 - no false alarm after a kill")
    for text in false_alarms[:3]:
        print("# " + text.replace("\n", "\n# "))
    print(("not " if lost or not everything else "") + "ok 2 - no acknowledged record is lost")
    for item in lost[:3]:
        print("#", item)
    print(("not " if final.returncode != 0 or end.returncode != 0 else "") +
          "ok 3 - the log is intact and complete once it is opened and closed again")
    if final.returncode != 0:
        print("# " + final.stdout.replace("\n", "\n# "))
    else:
        shutil.rmtree(folder)
    return 1 if false_alarms or lost or final.returncode else 0


sys.exit(main())
