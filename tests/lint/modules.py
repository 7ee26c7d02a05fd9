"""Which module may know of which, and who may speak ODBC."""

import re

RANK = {"odbc": 0, "session": 1, "identity": 2, "policy": 2, "sql": 2, "mask": 2, "detect": 2,
        "approval": 2,
        "journal": 2, "downstream": 2, "util": 3}
SPEAKS_ODBC = {"odbc", "session", "mask", "downstream"}
SPEAKS_ODBC_FOLDERS = {"setup", "tools", "tests"}

# A table, no code: the exports are made of it on one side, the target's pointers on the other.
SHARED_TABLE = "odbc/entry_points.def"

# In raw lines: the name of a quoted #include is a literal.
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
ODBC_HEADER = re.compile(r"^(sql|sqlext|sqltypes|sqlucode|odbcinst|odbcinstext|uodbc\w*)\.h$")

# A function of ODBC has small letters in its name; types and macros have none.
ODBC_CALL = re.compile(r"(?<![\w.>])(SQL[A-Z]\w*[a-z]\w*)\s*\(")
ODBC_DEFINITION = re.compile(r"\b(SQL_API|SQLRETURN)\s+SQL\w+\s*\(")
# The installer's functions live in libodbcinst and never lead back to us.
INSTALLER = re.compile(r"SQL((Get|Write)PrivateProfileString|GetInstalledDrivers|InstallerError|"
                       r"PostInstallerError|(Get|Set)ConfigMode|ValidDSN|(Write|Remove)DSN\w*|"
                       r"(Install|Remove)Driver\w*|(Read|Write)FileDSN|GetAvailableDrivers)W?$")


def includes(source):
    """(line, quote, name) of each #include."""
    for number, line in enumerate(source.lines, 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def module_of_include(source, name):
    """The module that a quoted #include belongs to, None for a file that isn't found there."""
    if name.startswith("gatehouse/"):
        stem = name.split("/")[1].split(".")[0]
        return "util" if stem in ("status", "facts") else stem
    parts = [part for part in name.split("/") if part not in (".", "..", "driver")]
    return parts[0] if len(parts) > 1 else source.module


def may_include(module, other):
    """One way only, and never a peer."""
    if other not in RANK or module not in RANK:
        return False
    return module == other or RANK[other] > RANK[module]


def dependency(sources, _build):
    """odbc -> session -> {peers} -> util."""
    for source in sources:
        if source.module is None:
            continue
        for number, quote, name in includes(source):
            if quote != '"' or name.endswith(SHARED_TABLE):
                continue
            other = module_of_include(source, name)
            if not may_include(source.module, other):
                yield source.path, number, f"{source.module} must not include {name}"


def inside_header(sources, _build):
    """What is inside a module stays there: others take include/gatehouse/ only."""
    for source in sources:
        if source.folder == "tests":
            continue
        for number, quote, name in includes(source):
            if quote == '"' and name.endswith("internal.h") and name != "internal.h":
                yield source.path, number, f"{name}: internal.h is included by its own folder only"


def odbc_header(sources, _build):
    """ODBC's headers are for those who speak ODBC."""
    for source in sources:
        if source.module in SPEAKS_ODBC or source.folder in SPEAKS_ODBC_FOLDERS:
            continue
        for number, _quote, name in includes(source):
            if ODBC_HEADER.match(name):
                yield source.path, number, f"<{name}> may be included by {sorted(SPEAKS_ODBC)} only"


def odbc_call(sources, _build):
    """Called by name, SQL* reaches the driver manager or ourselves: use the pointers."""
    for source in sources:
        if source.folder != "driver":
            continue
        for number, match in source.find(ODBC_CALL):
            if ODBC_DEFINITION.search(source.code[number - 1][:match.end()]):
                continue
            if source.module == "downstream" and INSTALLER.match(match.group(1)):
                continue
            yield source.path, number, f"{match.group(1)} is called by name, not through a pointer"


RULES = (dependency, inside_header, odbc_header, odbc_call)
