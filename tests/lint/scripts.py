"""Rules about shell and Python."""

import ast
import re
import subprocess

SHELL = re.compile(r"^#!\s*/\S*/(env )?(ba|da)?sh\b")


def shell_script(sources, _build):
    """What shellcheck has to say."""
    for source in sources:
        if not SHELL.match(source.text):
            continue
        answer = subprocess.run(["shellcheck", "-f", "gcc", f"{source.top}/{source.path}"],
                                capture_output=True, text=True, check=False)
        for line in answer.stdout.splitlines():
            match = re.search(r":(\d+):\d+: (.*)", line)
            yield source.path, int(match.group(1)), match.group(2)
        if answer.returncode > 1:
            yield source.path, 0, f"shellcheck failed: {answer.stderr.strip()}"


def python_script(sources, _build):
    """Python that parses."""
    for source in sources:
        if not source.path.endswith(".py"):
            continue
        try:
            ast.parse(source.text, source.path)
        except SyntaxError as error:
            yield source.path, error.lineno or 0, error.msg


RULES = (shell_script, python_script)
