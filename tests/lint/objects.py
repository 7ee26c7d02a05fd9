"""Rules about what the compiler made of the sources; they need a build folder."""

import os
import re
import subprocess

# Writable data; .data.rel.ro is made read-only once the library is loaded.
WRITABLE = re.compile(r"^\.(t?data|t?bss)(\.(?!rel\.ro)|$)")
SANITIZER = re.compile(r"^(__odr_asan|__asan|__ubsan|__sanitizer|__sancov|__gcov|__llvm|\.L)")
PROCESS = "process"
# What isn't ours to keep elsewhere: each with its reason.
FOREIGN_LOCKS = {
    # libxml2 registers its RELAX NG types without a lock; doc/design/policy.md
    ("policy", "validate", "schema_lock"),
}
NAMES = re.compile(r"^(gh_|(libgatehouse_LTX_)?SQL[A-Z]|Config(DSN|Driver)W?$|ODBCINST|main$)")


def objects(build):
    """(object file, module, stem) for each one below driver/; libtool keeps two, one is enough."""
    seen = set()
    for folder, folders, files in os.walk(os.path.join(build, "driver")):
        folders.sort(reverse=True)
        for name in sorted(files):
            parts = os.path.relpath(os.path.join(folder, name), build).split(os.sep)
            if not name.endswith(".o") or len(parts) < 3:
                continue
            key = tuple(part for part in parts if part != ".libs")
            if key in seen:
                continue
            seen.add(key)
            yield os.path.join(folder, name), parts[1], re.sub(r"^\w*_la-|\.o$", "", name)


def symbols(path):
    """(name, class, section) of what an object file defines."""
    answer = subprocess.run(["nm", "-f", "sysv", "--defined-only", path], capture_output=True,
                            text=True, check=True)
    for line in answer.stdout.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7:
            yield fields[0], fields[2], fields[6]


def shown(build, path):
    return os.path.relpath(path, build)


def mutable_global(_sources, build):
    """Nothing writable outlives a call other than in session/process.c."""
    for path, module, stem in objects(build) if build else ():
        if module == "session" and stem == PROCESS:
            continue
        for name, kind, section in symbols(path):
            if SANITIZER.match(name) or (module, stem, name) in FOREIGN_LOCKS:
                continue
            if WRITABLE.match(section) or kind == "C":
                yield shown(build, path), 0, f"{name} is a mutable global ({section or 'common'})"


def visible_name(_sources, build):
    """What other files can see begins with gh_."""
    for path, _module, _stem in objects(build) if build else ():
        for name, kind, _section in symbols(path):
            if kind in "TDRBVW" and not SANITIZER.match(name) and not NAMES.match(name):
                yield shown(build, path), 0, f"{name} is visible to others but has no gh_ in front"


RULES = (mutable_global, visible_name)
