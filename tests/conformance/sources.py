"""Other people's test suites, from the sources that the machine's own Debian mirror has.

Nothing of them is part of this project: they are downloaded into a folder of the
caller's, checked by apt against Debian's signatures, and unpacked there.
"""
import os
import re
import subprocess
import tarfile

PACKAGES = {"soci": "soci", "dbd": "libdbd-odbc-perl", "php": "php8.2"}
UNREACHABLE = re.compile(r"Temporary failure resolving|Could not resolve|Could not connect|"
                         r"Network is unreachable|Connection timed out|No route to host")


class Unavailable(Exception):
    """There is no network, or no Debian: not a failure of anything."""


def codename():
    with open("/etc/os-release", encoding="utf-8") as file:
        match = re.search(r"^VERSION_CODENAME=(\w+)", file.read(), re.M)
    return match.group(1) if match else ""


def source_lines(text, suite):
    """The lines of a sources.list that are of the distribution, as sources."""
    for line in text.splitlines():
        if re.match(r"deb\s.*\s%s\S*\s" % suite, line):
            yield re.sub(r"^deb\s", "deb-src ", line)


def source_stanzas(text, suite):
    """The same for a .sources file."""
    for stanza in re.split(r"\n\s*\n", text):
        if re.search(r"^Suites:.*\b%s\b" % suite, stanza, re.M):
            yield re.sub(r"^Types:.*", "Types: deb-src", stanza, flags=re.M)


def private_lists(folder):
    """Copies what the machine uses, with binary packages replaced by sources."""
    suite = codename()
    paths = ["/etc/apt/sources.list"]
    parts = "/etc/apt/sources.list.d"
    paths += [os.path.join(parts, name) for name in sorted(os.listdir(parts))]
    found = 0
    for number, path in enumerate(paths):
        if not os.path.isfile(path) or not suite:
            continue
        with open(path, encoding="utf-8") as file:
            text = file.read()
        deb822 = path.endswith(".sources")
        pieces = list((source_stanzas if deb822 else source_lines)(text, suite))
        found += len(pieces)
        name = "%d.%s" % (number, "sources" if deb822 else "list")
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(("\n\n" if deb822 else "\n").join(pieces) + "\n")
    if not found:
        raise Unavailable("no mirror of a Debian release is configured")


def run(words, folder):
    done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=150, check=False)
    if done.returncode != 0:
        if UNREACHABLE.search(done.stdout) and " 404 " not in done.stdout:
            raise Unavailable("the Debian mirror cannot be reached")
        raise RuntimeError("%s failed:\n%s" % (" ".join(words[:1] + words[-2:]), done.stdout))
    return done.stdout


class Mirror:
    """apt with lists, cache and state of its own."""

    def __init__(self, folder):
        self.folder = folder
        for part in ("parts", "lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(folder, part), exist_ok=True)
        if not os.access("/usr/bin/apt-get", os.X_OK):
            raise Unavailable("there is no apt-get")
        private_lists(os.path.join(folder, "parts"))
        self.options = ["-o", "Dir::Etc::sourcelist=/dev/null",
                        "-o", "Dir::Etc::sourceparts=%s/parts" % folder,
                        "-o", "Dir::State::lists=%s/lists" % folder,
                        "-o", "Dir::Cache=%s/cache" % folder, "-o", "APT::Sandbox::User=",
                        "-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=20",
                        "-o", "APT::Update::Error-Mode=any", "-q"]
        run(["apt-get"] + self.options + ["update"], folder)

    def versions(self, package):
        """Newest first: a mirror may have an index that is ahead of its files."""
        shown = run(["apt-cache"] + self.options + ["showsrc", "--only-source", package],
                    self.folder)
        found = re.findall(r"^Version: (\S+)", shown, re.M)
        later = [a for a in found if all(
            subprocess.run(["dpkg", "--compare-versions", a, "ge", b], check=False).returncode
            == 0 for b in found)]
        return later[:1] + [version for version in found if version not in later]

    def archive(self, package):
        """Downloads the upstream archive; its path."""
        error = None
        for version in self.versions(package):
            try:
                run(["apt-get"] + self.options + ["source", "--tar-only", "--download-only",
                                                  "%s=%s" % (package, version)], self.folder)
            except RuntimeError as failure:
                error = error or failure
                continue
            upstream = re.sub(r"^\d+:|-[^-]*$", "", version)
            for name in sorted(os.listdir(self.folder)):
                if name.startswith("%s_%s.orig.tar." % (package, upstream)) and \
                        not name.endswith(".asc"):
                    return os.path.join(self.folder, name)
        raise error or RuntimeError("the mirror has no source of " + package)


def unpack(path, folder):
    """Unpacks an archive that has one folder; the path of that folder."""
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") else \
            archive.extractall(folder)
        top = archive.getnames()[0].split("/")[0]
    return os.path.join(folder, top)


def fetch(names, cache, work):
    """Folders with the sources of the suites, by name."""
    wanted = {name: None for name in names}
    for name in names:
        mark = os.path.join(cache, name + ".archive")
        if os.path.exists(mark):
            with open(mark, encoding="utf-8") as file:
                wanted[name] = file.read()
    if not all(wanted.values()):
        os.makedirs(cache, exist_ok=True)
        mirror = Mirror(cache)
        for name in names:
            wanted[name] = mirror.archive(PACKAGES[name])
            with open(os.path.join(cache, name + ".archive"), "w", encoding="utf-8") as file:
                file.write(wanted[name])
    return {name: unpack(path, os.path.join(work, name)) for name, path in wanted.items()}
