"""The files that are looked at, and C text without its comments and literals."""

import os
import re
import subprocess

SKIPPED_FOLDERS = {".git", "autom4te.cache", "build-aux", "m4", "__pycache__", ".deps", ".libs"}
SKIPPED_FILES = {"aclocal.m4", "configure", "configure~", "Makefile.in", "config.h.in",
                 "config.h.in~"}

# Comments and literals; a raw match keeps its line feeds so that line numbers stay.
LITERAL = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)


def blank(match):
    """A literal becomes an empty one, a comment a space."""
    text = match.group(0)
    if text[0] in "\"'":
        return text[0] * 2
    return " " + "\n" * text.count("\n")


class Source:
    """One file: its path below the top folder, its text, and its bare code."""

    def __init__(self, top, path):
        self.top = top
        self.path = path
        with open(os.path.join(top, path), encoding="utf-8", errors="replace") as stream:
            self.text = stream.read()
        self.lines = self.text.split("\n")
        if self.lines[-1] == "":
            self.lines.pop()
        self._code = None

    @property
    def code(self):
        """Lines of C without comments and what stands in quotes."""
        if self._code is None:
            self._code = LITERAL.sub(blank, self.text).split("\n")
        return self._code

    @property
    def folder(self):
        """The first folder of the path: driver, tools, tests..."""
        return self.path.split("/")[0]

    @property
    def is_c(self):
        """C that is compiled on its own or included."""
        return self.path.endswith((".c", ".h"))

    def find(self, pattern):
        """(line number, match) for each hit of a compiled pattern in the bare code."""
        for number, line in enumerate(self.code, 1):
            for match in pattern.finditer(line):
                yield number, match

    @property
    def module(self):
        """The module that the file belongs to, or None outside of driver/."""
        parts = self.path.split("/")
        if parts[0] == "driver" and len(parts) > 2:
            return parts[1]
        if parts[:2] == ["include", "gatehouse"]:
            name = parts[2].split(".")[0]
            return "util" if name in ("status", "facts") else name
        return None


def walk(top):
    """All files below the top folder but what a build makes."""
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS and
                            not os.path.exists(os.path.join(folder, name, "config.status")))
        for name in sorted(files):
            if name not in SKIPPED_FILES:
                yield os.path.relpath(os.path.join(folder, name), top)


def tracked(top):
    """What git knows or would add; None where the folder is no checkout."""
    if not os.path.exists(os.path.join(top, ".git")):
        return None
    command = ["git", "-C", top, "-c", "safe.directory=*", "ls-files", "-z", "--cached",
               "--others", "--exclude-standard"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return None
    return set(answer.stdout.split("\0"))


def load(top):
    """Every text file of the project."""
    known = tracked(top)
    sources = []
    for path in walk(top):
        if known is not None and path not in known:
            continue
        full = os.path.join(top, path)
        if os.path.islink(full) or not os.path.isfile(full):
            continue
        with open(full, "rb") as stream:
            if b"\0" in stream.read(8192):
                continue
        sources.append(Source(top, path))
    return sources
