#!/usr/bin/python3
"""Each rule of the linter finds a bad example and leaves a good one alone.

A rule that cannot fail is worse than none: it would be trusted.  For every rule
stand a small tree in which it is broken and one in which it is just kept.
"""

import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import lint

UTIL = "driver/util/x.c"
LONG = "int gh_f(int a)\n{\n" + "\ta++;\n" * 56 + "\treturn a;\n}\n"
LONGER = LONG.replace("\treturn", "\ta++;\n\treturn")
BRANCHY = "int gh_f(int a)\n{\n\treturn a " + "&& a " * 14 + ";\n}\n"
TABLE = "/* lint: table */\n"
HEADER = "/* x */\n#ifndef GATEHOUSE_X_H\n#define GATEHOUSE_X_H\nint x;\n#endif\n"
MARK = "TO" "DO"
HOST = "https://" + "deb" + ".example.org"
WHOLE = {"configure.ac": "", "setup/quickstart.sh": "+x", "tests/run.sh": "+x"}


def block(depth):
    """A function with `depth` blocks inside each other."""
    return ("/* x */\nvoid gh_f(int a)\n{\n" + "if (a) {\n" * depth + "struct x y = { { 0 } };\n" +
            "}\n" * (depth + 1))


# For each rule: trees in which it is broken, trees in which it is kept.
CASES = {
    "file_length": (
        [{UTIL: "/* x */\n" + "\n" * 700}],
        [{UTIL: "/* x */\n" + "\n" * 699}, {"doc/x.md": "\n" * 800}]),
    "line_length": (
        [{UTIL: "\t" + "x" * 93 + "\n"}, {UTIL: "int x; \n"}, {"tests/x.sh": "#" * 101}],
        [{UTIL: "\t" + "x" * 92 + "\n"}]),
    "banned_function": (
        [{UTIL: "strcpy (a, b);"}, {UTIL: "x = atoi(a);"}, {"tools/x.c": "exit(1);"},
         {"tests/x.c": "strcat(a, b);"}, {"setup/x.c": "if (system(a))"}],
        [{UTIL: "/* strcpy(a, b) */\nx->exit(1); gh_exit(1); static_assert(1, \"\");"},
         {UTIL: "f(\"strcpy(a, b)\"); c = '\"'; g(\"abort()\");"}, {"tests/x.c": "exit(1);"}]),
    "printing": (
        [{UTIL: "printf(\"x\");"}, {UTIL: "fputs(\"x\", stderr);"}, {UTIL: "puts(a);"}],
        [{UTIL: "gh_buf_printf(b, \"%d\", 1); snprintf(a, 1, \"\");"}, {"tools/x.c": "puts(a);"}]),
    "unfinished": (
        [{UTIL: f"/* {MARK}: later */"}, {"tests/x.sh": f"# {MARK} later"}],
        [{UTIL: f"/* {MARK}(#12): later */"}, {"tests/x.sh": f"# {MARK} #3"}]),
    "foreign_word": (
        [{"doc/x.md": f"see {HOST}/x"}, {"doc/x.md": "in /home" "/somebody/x"},
         {"README.md": "written in a developer" " session"}],
        [{"doc/x.md": "an application's session; see https://example.org/deb"}]),
    "opening_comment": (
        [{UTIL: "int x;\n/* x */\n"}, {"include/gatehouse/x.h": "#ifndef X\n"}],
        [{UTIL: "/* x */\nint x;\n"}]),
    "header_guard": (
        [{"driver/util/x.h": "/* x */\n#pragma once\n"}, {"driver/util/y.h": HEADER},
         {"driver/util/x.h": HEADER + "int y;\n#if 1\n#endif /* not this one */\n#define Z\n"}],
        [{"driver/util/x.h": HEADER}]),
    "front_door": (
        [{"configure.ac": ""}, dict(WHOLE, **{".ci/run": "+x exit 0"}),
         dict(WHOLE, **{".ci/run": "tests/run.sh"})],
        [dict(WHOLE, **{".ci/run": "+x exec tests/run.sh"})]),
    "dependency": (
        [{"driver/sql/x.c": '#include "gatehouse/policy.h"'},
         {"driver/util/x.c": '#include "gatehouse/sql.h"'},
         {"driver/journal/x.c": '#include "../mask/internal.h"'},
         {"include/gatehouse/mask.h": '#include "gatehouse/session.h"'},
         {"driver/session/x.c": '#include "gatehouse/odbc.h"'},
         {"driver/downstream/x.c": '#include "../odbc/call.h"'}],
        [{"driver/session/x.c": '#include "gatehouse/policy.h"\n#include "gatehouse/util.h"'},
         {"driver/sql/x.c": '#include "internal.h"\n#include "gatehouse/facts.h"'},
         {"driver/downstream/x.c": '#include "../odbc/entry_points.def"'},
         {"tests/x.c": '#include "gatehouse/sql.h"'}]),
    "inside_header": (
        [{"tools/x.c": '#include "driver/journal/internal.h"'},
         {"driver/session/x.c": '#include "driver/policy/internal.h"'}],
        [{"driver/policy/x.c": '#include "internal.h"'}]),
    "odbc_header": (
        [{"driver/sql/x.c": "#include <sql.h>"}, {"driver/policy/x.c": "#include <sqlext.h>"},
         {UTIL: "# include <odbcinst.h>"}, {"include/gatehouse/sql.h": "#include <sql.h>"}],
        [{"driver/odbc/x.c": "#include <sql.h>"}, {"include/gatehouse/mask.h": "#include <sql.h>"},
         {"tools/x.c": "#include <odbcinst.h>"}]),
    "odbc_call": (
        [{"driver/odbc/x.c": "\treturn SQLFetch(h);"}, {"driver/mask/x.c": "SQLGetData (h);"},
         {"driver/sql/x.c": "SQLGetPrivateProfileString(a);"}],
        [{"driver/odbc/x.c": "SQLRETURN SQL_API SQLFetch(SQLHSTMT h)\n{\nSQLRETURN (*f)(void);"},
         {"driver/odbc/x.c": "down->SQLFetch(h); if (SQL_SUCCEEDED(x)) y = (SQLCHAR *)z;"},
         {"driver/downstream/x.c": "SQLGetPrivateProfileString(a);"}]),
    "function_length": (
        [{UTIL: LONGER}, {"tests/x.c": LONG.replace("\ta++;\n", "\ta++;\n\n\n")}],
        [{UTIL: LONG}, {"tests/x.c": LONGER}, {UTIL: TABLE + LONGER}]),
    "complexity": (
        [{UTIL: BRANCHY.replace("return", "return a ||")}],
        [{UTIL: BRANCHY}, {UTIL: TABLE + BRANCHY.replace("return", "return a ||")}]),
    "nesting": ([{UTIL: block(4)}], [{UTIL: block(3)}]),
    "parameters": (
        [{UTIL: "int gh_f(int a, int b, int c, int d, int e, int f)\n{\n}\n"},
         {UTIL: "int gh_do(int a, int b, int c, int d, int e, int f)\n{\n}\n"},
         {UTIL: "int gh_f(bool wide)\n{\n}\n"}],
        [{UTIL: "int gh_f(int a, int (*b)(int, int), int c, int d, bool *e)\n{\n}\n"},
         {"driver/odbc/x.c": "SQLRETURN SQLX(int a, int b, int c, int d, int e, int f)\n{\n}\n"},
         {"driver/odbc/x.c": "int gh_do_SQLX(int a, int b, int c, int d, int e, int f)\n{\n}\n"}]),
    "conditional": (
        [{UTIL: "int gh_f(void)\n{\n#ifdef X\n#endif\n\treturn 0;\n}\n"}],
        [{UTIL: "#ifdef X\nint gh_f(void)\n{\n\treturn 0;\n}\n#endif\n"}]),
    "label": (
        [{UTIL: "int gh_f(int a)\n{\n\tgoto fail;\nfail:\n\treturn a;\n}\n"}],
        [{UTIL: "int gh_f(int a)\n{\n\tgoto out;\nout:\n\treturn a ?\n\t\ta :\n\t\t1;\n}\n"}]),
    "typical_length": (
        [{UTIL: "int gh_f(int a)\n{\n" + "\ta++;\n" * 15 + "\treturn a;\n}\n"},
         {UTIL: LONG + "int gh_g(void)\n{\n}\n" * 2}],
        [{UTIL: "int gh_f(int a)\n{\n" + "\ta++;\n" * 14 + "\treturn a;\n}\n"}]),
    "mutable_global": (
        [{UTIL: "int gh_x;\n"}, {"driver/policy/policy.c": "int schema_lock;\n"},
         {"driver/policy/validate.c": "int last;\n"},
         {UTIL: "int gh_f(void)\n{\n\tstatic int x = 1;\n\treturn x++;\n}\n"},
         {UTIL: "_Thread_local int gh_x;"}, {"driver/session/x.c": "char *gh_x = \"\";\n"}],
        [{UTIL: "const char *const gh_x[] = { \"a\", \"b\" };\nconst int gh_y = 1;\n"},
         {"driver/session/process.c": "int gh_x;\n"},
         {"driver/policy/validate.c": "int schema_lock;\n"}]),
    "visible_name": (
        [{UTIL: "int x(void)\n{\n\treturn 0;\n}\n"},
         {"driver/odbc/x.c": "int libgatehouse_LTX_x(void)\n{\n\treturn 0;\n}\n"}],
        [{UTIL: "static int x;\nint gh_x(void)\n{\n\treturn x;\n}\n"},
         {"driver/odbc/x.c": "int SQLFetch(void)\n{\n\treturn 0;\n}\n"},
         {"driver/odbc/x.c": "int libgatehouse_LTX_SQLFetch(void)\n{\n\treturn 0;\n}\n"}]),
    "shell_script": (
        [{"tests/x.sh": "#!/bin/sh\nrm -rf $1/*\n"}, {"x/run": "#!/bin/bash\ncd x\nls\n"}],
        [{"tests/x.sh": "#!/bin/sh\nrm -rf \"${1:?}\"/*\n"}]),
    "python_script": ([{"tests/x.py": "def f(:\n"}], [{"tests/x.py": "def f():\n    pass\n"}]),
}
NEEDS = {"shell_script": "shellcheck", "mutable_global": "nm", "visible_name": "nm"}
NEEDS.update({rule.__name__: "ctags" for rule in lint.functions.RULES})


def compile_tree(top, tree):
    """The objects of a tree, in the tree itself; code that is no C is left out."""
    compiler = os.environ.get("CC") or "cc"
    for path in tree:
        command = compiler.split() + ["-fPIC", "-c", "-o", f"{top}/{path[:-2]}.o", f"{top}/{path}"]
        subprocess.run(command, check=True, capture_output=True)


def breaches(rule, tree):
    """What one rule says of a tree of files; a text that begins with +x is executable."""
    with tempfile.TemporaryDirectory(prefix="gh-lint-") as top:
        for path, content in tree.items():
            os.makedirs(os.path.dirname(f"{top}/{path}"), exist_ok=True)
            with open(f"{top}/{path}", "w", encoding="utf-8") as stream:
                stream.write(content.removeprefix("+x"))
            if content.startswith("+x"):
                os.chmod(f"{top}/{path}", 0o755)
        if rule in lint.objects.RULES:
            compile_tree(top, tree)
        return list(lint.find(top, top, [rule]))


def judge(rule):
    """None where the rule tells bad from good, else what it got wrong."""
    bad, good = CASES[rule.__name__]
    for tree in bad:
        if not breaches(rule, tree):
            return f"nothing found in {tree}"
    for tree in good:
        found = breaches(rule, tree)
        if found:
            return f"found {found} in {tree}"
    return None


def main():
    """One TAP test a rule, and one for the cases themselves."""
    print(f"1..{len(lint.RULES) + 1}")
    names = [rule.__name__ for rule in lint.RULES]
    complete = sorted(names) == sorted(CASES) and all(bad and good for bad, good in CASES.values())
    print("ok" if complete else "not ok", "1 - every rule has a bad and a good example")
    failed = not complete
    for number, rule in enumerate(lint.RULES, 2):
        program = NEEDS.get(rule.__name__)
        if program and not shutil.which(program):
            print(f"ok {number} # SKIP no {program} here")
            continue
        wrong = judge(rule) if rule.__name__ in CASES else "no example"
        failed = failed or wrong is not None
        print("ok" if wrong is None else "not ok",
              f"{number} - {rule.__name__} tells bad from good")
        if wrong is not None:
            print(f"# {wrong!r}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
