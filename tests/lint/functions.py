"""Rules about single functions, found by universal-ctags."""

import json
import re
import statistics
import subprocess

LINES_LIMIT = 60
LINES_LIMIT_TESTS = 80
COMPLEXITY_LIMIT = 15
NESTING_LIMIT = 3
PARAMETERS_LIMIT = 5
MEDIAN_LIMIT = 18
P90_LIMIT = 40
MEASURED = ("driver", "tools", "setup")

BRANCH = re.compile(r"\b(if|for|while|case)\b|&&|\|\||\?")
BLOCK_OPENS = re.compile(r"(\)\s|\belse\s|\bdo\s)\s*\{|\{|\}")
CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|else)\b")
# gh_do_SQLX is the one body of both widths of SQLX and takes what ODBC gives it.
ODBC_FUNCTION = re.compile(r"(gh_do_)?SQL[A-Z]")
TABLE = "/* lint: table */"
BOOLEAN = re.compile(r"^(const )?(bool|_Bool) \w+$")


class Function:
    """A function of a source: where it begins and ends, what it takes."""

    def __init__(self, source, tag):
        self.source = source
        self.name = tag["name"]
        self.first = tag["line"]
        self.last = tag.get("end", tag["line"])
        self.signature = tag.get("signature", "()")

    @property
    def length(self):
        return self.last - self.first + 1

    @property
    def body(self):
        """The bare code, line by line."""
        return self.source.code[self.first - 1:self.last]

    @property
    def is_table(self):
        """Marked as a table or a flat switch just above."""
        return any(TABLE in line for line in self.source.lines[max(0, self.first - 5):self.first])

    @property
    def complexity(self):
        return 1 + sum(len(BRANCH.findall(line)) for line in self.body)

    @property
    def nesting(self):
        """The deepest block below the body; braces of initialisers don't count."""
        depth, deepest, open_blocks = 0, 0, []
        for match in BLOCK_OPENS.finditer("\n".join(self.body)):
            if match.group(0) == "}":
                depth -= open_blocks.pop() if open_blocks else 0
                continue
            open_blocks.append(1 if match.group(0) != "{" or not open_blocks else 0)
            depth += open_blocks[-1]
            deepest = max(deepest, depth)
        return deepest - 1

    @property
    def parameters(self):
        """The parameters as texts, split at the commas outside of parentheses."""
        inner, depth, parts = self.signature[1:-1], 0, [""]
        for char in inner:
            depth += (char == "(") - (char == ")")
            if char == "," and depth == 0:
                parts.append("")
            else:
                parts[-1] += char
        return [part.strip() for part in parts if part.strip() not in ("", "void", "...")]


def tags(sources):
    """What ctags says of the C files: functions and labels."""
    by_path = {f"{source.top}/{source.path}": source for source in sources if source.is_c}
    if not by_path:
        return
    command = ["ctags", "--options=NONE", "--languages=C", "--langmap=C:.c.h", "--kinds-C=fL",
               "--fields=+neKS", "--output-format=json", "-L", "-", "-f", "-"]
    answer = subprocess.run(command, input="\n".join(by_path), capture_output=True, text=True,
                            check=True)
    for line in answer.stdout.splitlines():
        tag = json.loads(line)
        yield by_path[tag["path"]], tag


def functions(sources):
    """Every function with a body."""
    return [Function(source, tag) for source, tag in tags(sources) if tag["kind"] == "function"]


def function_length(sources, _build):
    """At most 60 lines, in tests 80."""
    for function in functions(sources):
        tests = function.source.folder == "tests"
        limit = LINES_LIMIT_TESTS if tests else LINES_LIMIT
        if function.length > limit and not function.is_table:
            yield (function.source.path, function.first,
                   f"{function.name} has {function.length} lines (limit {limit})")


def complexity(sources, _build):
    """At most 15 ways through a function of the product."""
    for function in functions(sources):
        if function.source.folder == "tests" or function.is_table:
            continue
        if function.complexity > COMPLEXITY_LIMIT:
            yield (function.source.path, function.first, f"{function.name} has complexity "
                   f"{function.complexity} (limit {COMPLEXITY_LIMIT})")


def nesting(sources, _build):
    """Deeper than three blocks, a function is missing."""
    for function in functions(sources):
        if function.nesting > NESTING_LIMIT:
            yield (function.source.path, function.first,
                   f"{function.name} nests {function.nesting} deep (limit {NESTING_LIMIT})")


def parameters(sources, _build):
    """At most five, none of them a bool; ODBC's own functions and their bodies are as they are."""
    for function in functions(sources):
        if function.source.folder == "tests" or ODBC_FUNCTION.match(function.name):
            continue
        if len(function.parameters) > PARAMETERS_LIMIT:
            yield (function.source.path, function.first, f"{function.name} takes "
                   f"{len(function.parameters)} parameters (limit {PARAMETERS_LIMIT})")
        for text in function.parameters:
            if BOOLEAN.match(text):
                yield (function.source.path, function.first,
                       f"{function.name} takes '{text}': use an enum")


def conditional(sources, _build):
    """No #ifdef inside a function: each platform has its own file."""
    for function in functions(sources):
        if function.source.folder == "tests":
            continue
        for number, line in enumerate(function.body, function.first):
            if CONDITIONAL.match(line):
                yield function.source.path, number, f"{function.name} has an #if inside"


def label(sources, _build):
    """The one exit is called out."""
    for source, tag in tags(sources):
        if tag["kind"] == "label" and tag["name"] != "out":
            yield source.path, tag["line"], f"label '{tag['name']}': only 'out' is used"


def measure(sources):
    """Number, median and 90th percentile of the lines of the product's functions."""
    lengths = sorted(function.length for function in functions(sources)
                     if function.source.folder in MEASURED and function.source.path.endswith(".c"))
    if not lengths:
        return 0, 0, 0
    return len(lengths), statistics.median(lengths), lengths[(len(lengths) * 9 - 1) // 10]


def typical_length(sources, _build):
    """The median stays at 18 lines and nine of ten functions below 41."""
    count, median, p90 = measure(sources)
    if median > MEDIAN_LIMIT:
        yield "driver", 0, f"median of {count} functions: {median} lines (limit {MEDIAN_LIMIT})"
    if p90 > P90_LIMIT:
        yield "driver", 0, f"p90 of {count} functions: {p90} lines (limit {P90_LIMIT})"


RULES = (function_length, complexity, nesting, parameters, conditional, label, typical_length)
