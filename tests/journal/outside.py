#!/usr/bin/python3
"""Verifies a log with code that is not ours: python3-cryptography for the
signature, a Merkle tree written here from RFC 6962, the openssl command line,
and Go's golang.org/x/mod.  Prints TAP; a tool that is missing is a skip.
"""
import base64, hashlib, json, os, shutil, subprocess, sys, tempfile

build = os.environ.get("top_builddir", ".")
source = os.environ.get("top_srcdir", os.path.dirname(os.path.abspath(__file__)) + "/../..")
folder = tempfile.mkdtemp(prefix="gh-test-outside-")
log, keys = folder + "/log", folder + "/keys"
number = 0


def report(fine, name, skip=None):
    global number
    number += 1
    print(("ok" if fine else "not ok") + f" {number} - {name}" +
          (f" # SKIP {skip}" if skip else ""))
    return fine


def merkle(leaves):
    """RFC 6962, section 2.1, as it is defined."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + merkle(leaves[:k]) + merkle(leaves[k:])).digest()


def read_lines():
    lines = []
    for name in sorted(os.listdir(log)):
        if name.startswith("seg-"):
            assert int(name[4:24]) == len(lines), name
            with open(log + "/" + name, "rb") as segment:
                lines += segment.read().split(b"\n")[:-1]
    return lines


def read_note(name):
    with open(log + "/" + name, encoding="utf-8") as file:
        body, _, signatures = file.read().partition("\n\n")
    body += "\n"
    origin, size, root = body.splitlines()
    dash, signer, blob = signatures.rstrip("\n").split(" ")
    assert dash == "\u2014" and signer == origin
    return body.encode(), origin, int(size), base64.b64decode(root), base64.b64decode(blob)


def read_key():
    with open(log + "/log.vkey", encoding="ascii") as file:
        name, key_id, blob = file.read().strip().split("+", 2)
    blob = base64.b64decode(blob)
    expected = hashlib.sha256(name.encode() + b"\n" + blob).digest()[:4]
    return name, bytes.fromhex(key_id), blob[1:], blob[0] == 1 and bytes.fromhex(key_id) == expected


def check_python():
    lines, note = read_lines(), read_note("checkpoint")
    body, origin, size, root, blob = note
    name, key_id, public, id_fits = read_key()
    report(name == origin and id_fits and blob[:4] == key_id, "the key and its id are C2SP's")
    report(size == len(lines), "the checkpoint covers every line")
    report(merkle([hashlib.sha256(b"\0" + x).digest() for x in lines]) == root,
           "python: the root over all lines is the one that was signed")
    report(all(json.loads(x)["i"] == i and json.loads(x)["v"] == 1 for i, x in enumerate(lines)),
           "python: every line is JSON and knows its index")
    headers = [x for x in lines if b'"format":"gatehouse-journal/1"' in x]
    report(len(headers) > 1 and all(len(x) >= 300 for x in headers),
           "every segment begins with a header of 300 bytes or more")
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.exceptions import InvalidSignature
    except ImportError:
        report(True, "python3-cryptography verifies the signature", "no python3-cryptography")
        return
    key = Ed25519PublicKey.from_public_bytes(public)
    key.verify(blob[4:], body)
    try:
        key.verify(blob[4:], body.replace(b"\n", b"\n1", 1))
        refused = False
    except InvalidSignature:
        refused = True
    report(refused, "python3-cryptography verifies the signature, and refuses another size")


def check_openssl():
    if shutil.which("openssl") is None:
        report(True, "openssl verifies the checkpoint", "no openssl command")
        return
    body, _, _, _, blob = read_note("checkpoint")
    der = bytes.fromhex("302a300506032b6570032100") + read_key()[2]
    for name, content in (("body", body), ("sig", blob[4:]), ("key.der", der),
                          ("other", body.replace(b"\n", b"\n1", 1))):
        with open(f"{folder}/{name}", "wb") as file:
            file.write(content)

    def run(name):
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform",
                               "DER", "-inkey", folder + "/key.der", "-sigfile",
                               folder + "/sig", "-in", f"{folder}/{name}"],
                              capture_output=True).returncode

    report(run("body") == 0 and run("other") != 0, "openssl verifies the checkpoint")


def check_go():
    names = ("go: the note opens with x/mod/sumdb/note",
             "go: tlog reads the tiles and finds the signed root, with proofs")
    if shutil.which("go") is None or not os.path.isdir("/usr/share/gocode/src/golang.org/x/mod"):
        for name in names:
            report(True, name, "no go or no golang-golang-x-mod-dev")
        return
    environment = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode",
                       GOCACHE=os.environ.get("GOCACHE", "/tmp/gh-go-cache"), GOFLAGS="")
    result = subprocess.run(["go", "run", source + "/tests/journal/verify.go", log],
                            capture_output=True, text=True, env=environment)
    for name in names:
        report(name in result.stdout, name)
    for line in (result.stdout + result.stderr).splitlines():
        print("#", line)


def main():
    print("1..9")
    for count in ("301", "7", "900"):
        subprocess.run([build + "/tests/journal/writer", log, keys, count, "1", "60000"],
                       stdout=subprocess.DEVNULL, check=True)
    check_python()
    check_openssl()
    check_go()
    shutil.rmtree(folder)


main()
