"""Random queries over random schemas, and what must hold of their analysis.

Every column holds integers, so that any value may stand anywhere.  A query that its engine
refuses says nothing; the tests say how many these were.
"""
import json
import os
import random
import re
import subprocess

BUILD = os.environ.get("top_builddir", ".")
COMPARES = re.compile("DISTINCT|UNION|EXCEPT|INTERSECT")
ROWS = 4


def make_schema(chance):
    """Two to four tables of two to four columns, of which some share a name."""
    return {table: chance.sample("abcdefg", chance.randrange(2, 5))
            for table in ["t", "u", "w", "x"][:chance.randrange(2, 5)]}


def make_rows(schema, changed):
    """The same rows each time but for one column: {table: rows}."""
    chance = random.Random(7)
    made = {}
    for table, columns in schema.items():
        made[table] = []
        for _ in range(ROWS):
            row = [chance.choice([None, 0, 1, 2, 3, 4]) for _ in columns]
            other = chance.randrange(5, 9)
            made[table].append([other if (table, c) == changed else v
                                for c, v in zip(columns, row)])
    return made


class Maker:
    """Makes one query.  A scope is a list of (source, its columns), the innermost last."""

    def __init__(self, seed, schema, postgresql=False):
        self.random = random.Random(seed)
        self.schema = schema
        self.postgresql = postgresql
        self.ctes = {}
        self.number = 0

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, share):
        return self.random.random() < share

    def alias(self):
        self.number += 1
        return f"q{self.number}"

    def table(self):
        """A table or a WITH name: its name and columns."""
        known = {**self.schema, **self.ctes}
        name = self.pick(*known)
        return name, known[name]

    # ---- values and conditions ----

    def column(self, scope):
        source, columns = self.pick(*scope)
        name = self.pick(*columns)
        alone = sum(name in c for _, c in scope) == 1 or self.chance(.05)
        return name if alone and self.chance(.3) else f"{source}.{name}"

    def value(self, scope, depth):
        if depth <= 0 or self.chance(.35):
            return str(self.random.randrange(4)) if self.chance(.15) else self.column(scope)
        kinds = [self.sum, self.coalesce, self.case, self.scalar, self.truth, self.function]
        if self.postgresql:
            kinds += [self.whole_row, self.array]
        return self.pick(*kinds)(scope, depth - 1)

    def sum(self, scope, depth):
        return f"({self.value(scope, depth)} {self.pick('+', '-')} {self.value(scope, depth)})"

    def coalesce(self, scope, depth):
        return f"{self.pick('coalesce', 'nullif')}({self.value(scope, depth)}, " + \
            f"{self.value(scope, depth)})"

    def case(self, scope, depth):
        value = self.value(scope, depth)
        when = f"WHEN {self.condition(scope, depth)}" if self.chance(.7) else \
            f"{self.column(scope)} WHEN {self.column(scope)}"
        return f"CASE {when} THEN {value} ELSE {self.value(scope, depth)} END"

    def scalar(self, scope, depth):
        """A correlated query with one value."""
        name = self.alias()
        table, columns = self.table()
        inner = scope + [(name, columns)]
        text = f"{self.pick('max', 'min', 'sum', 'count')}({self.value(inner, depth)})"
        if self.chance(.2):
            text += f" FILTER (WHERE {self.condition(inner, 0)})"
        rest = f" WHERE {self.condition(inner, depth)}" if self.chance(.6) else ""
        if self.chance(.2):
            return f"(SELECT {self.column(inner)} FROM {table} AS {name}{rest}" + \
                f" ORDER BY {self.column([(name, columns)])}, 1 LIMIT 1)"
        return f"(SELECT {text} FROM {table} AS {name}{rest})"

    def truth(self, scope, depth):
        text = self.predicate(scope, depth)
        return f"({text})::int" if self.postgresql else f"({text})"

    def function(self, scope, depth):
        return f"{self.pick('abs', '+', '-', 'abs')}({self.value(scope, depth)})"

    def whole_row(self, scope, _depth):
        source, columns = self.pick(*scope)
        if self.chance(.05):  # the column as a function, which is not known
            return f"{self.pick(*columns)}({source})"
        return self.pick(f"length(row_to_json({source})::text)", f"({source} IS NULL)::int",
                         f"({source}).{self.pick(*columns)}",
                         f"length(({source}.*)::text)", f"(row({source}.*) IS NOT NULL)::int")

    def array(self, scope, depth):
        one, two = self.value(scope, depth), self.value(scope, depth)
        return self.pick(f"(ARRAY[{one}, {two}])[1 + abs({self.column(scope)}) % 2]",
                         f"greatest({one}, {two})",
                         f"(SELECT sum(n) FROM unnest(ARRAY[{one}, {two}]) AS n)",
                         f"(SELECT m FROM (VALUES ({one}, {two})) AS v(k, m))")

    def predicate(self, scope, depth):
        name = self.alias()
        table, columns = self.table()
        inner = scope + [(name, columns)]
        where = f" WHERE {self.condition(inner, depth)}" if self.chance(.6) else ""
        query = f"(SELECT {name}.{self.pick(*columns)} FROM {table} AS {name}{where})"
        value = self.value(scope, depth)
        kinds = [f"{value} {self.pick('IN', 'NOT IN')} {query}", f"EXISTS {query}",
                 f"{value} BETWEEN {self.column(scope)} AND {self.column(scope)}",
                 f"{value} IS {self.pick('NULL', 'NOT NULL')}",
                 f"({value}, {self.column(scope)}) = (1, {self.column(scope)})"]
        if self.postgresql:
            kinds += [f"{value} {self.pick('=', '<', '>=')} {self.pick('ANY', 'ALL')} {query}",
                      f"{value} IS DISTINCT FROM {self.column(scope)}"]
        return self.pick(*kinds)

    def condition(self, scope, depth):
        if depth > 0 and self.chance(.2):
            return f"({self.predicate(scope, depth - 1)})"
        text = f"{self.value(scope, depth)} {self.pick('=', '<', '>', '<>')} " + \
            f"{self.value(scope, depth)}"
        if depth > 0 and self.chance(.3):
            text = f"{self.pick('NOT ', '')}({text} {self.pick('AND', 'OR')} " + \
                f"{self.condition(scope, depth - 1)})"
        return text

    # ---- sources ----

    def source(self, outer, depth):
        """One source: its text and (name, columns)."""
        name = self.pick(*self.schema) if self.chance(.1) else self.alias()
        if depth > 0 and self.chance(.35):
            lateral = self.postgresql and outer and self.chance(.4)
            inner, columns = self.query(depth - 1, outer if lateral else [])
            text = f"{'LATERAL ' if lateral else ''}({inner}) AS {name}"
        else:
            table, columns = self.table()
            text = f"{table} AS {name}"
        if self.postgresql and self.chance(.2):
            count = self.random.randrange(1, len(columns) + 1)
            columns = [f"r{i}" for i in range(count)] + columns[count:]
            text += f"({', '.join(columns[:count])})"
        return text, (name, columns)

    def sources(self, outer, depth):
        text, entry = self.source(outer, depth)
        scope = [entry]
        while self.chance(.4) and len(scope) < 3:
            more, entry = self.source(scope if self.postgresql else [], depth - 1)
            same = [c for c in entry[1] if sum(c in s[1] for s in scope) == 1]
            scope.append(entry)
            kind = self.pick("JOIN", "LEFT JOIN", "JOIN")
            if same and self.chance(.3):
                text += f" {kind} {more} USING ({self.pick(*same)})"
            elif same and self.chance(.2):
                text += f" NATURAL {kind} {more}"
            elif self.chance(.2):
                text += f", {more}"
            else:
                text += f" {kind} {more} ON {self.condition(scope, 0)}"
        return text, scope

    # ---- queries ----

    def window(self, scope):
        everything = ", ".join(f"{s}.{c}" for s, columns in scope for c in columns)
        frame = f"PARTITION BY {self.column(scope)} ORDER BY {self.column(scope)}, {everything}"
        call = self.pick("row_number()", f"lag({self.column(scope)})",
                         f"sum({self.column(scope)})", f"first_value({self.column(scope)})")
        if self.chance(.3):
            return f"{call} OVER wn", f" WINDOW wn AS ({frame})"
        return f"{call} OVER ({frame})", ""

    def select(self, depth, width, outer):
        text, own = self.sources(outer, depth)
        scope = outer + own
        items = [self.value(scope, depth) for _ in range(width)]
        where = f" WHERE {self.condition(scope, depth)}" if self.chance(.6) else ""
        rest = ""
        if self.chance(.2):
            items = [f"{self.pick('sum', 'max', 'count', 'min')}({i})" for i in items]
            rest = f" GROUP BY {self.column(own)}"
            if self.chance(.3):
                rest += f" HAVING {self.pick('count', 'max')}({self.column(own)}) > 1"
        elif self.chance(.15):
            items[0], rest = self.window(own)
        names = [f"c{i}" for i in range(width)]
        listed = ", ".join(f"{i} AS {n}" for i, n in zip(items, names))
        distinct = "DISTINCT " if self.chance(.15) else ""
        if distinct and self.postgresql and self.chance(.4) and not rest:
            distinct = f"DISTINCT ON ({self.column(own)}) "
        return f"SELECT {distinct}{listed} FROM {text}{where}{rest}", names

    def query(self, depth, outer=()):
        width = self.random.randrange(1, 4)
        text, names = self.select(depth, width, list(outer))
        if self.chance(.15):
            other, _ = self.select(depth, width, list(outer))
            text += f" {self.pick('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT')} {other}"
        elif self.chance(.15):
            order = self.random.randrange(1, width + 1)
            text += f" ORDER BY {order}, {', '.join(str(i + 1) for i in range(width))}"
            text += f" LIMIT {self.random.randrange(1, 4)}" if self.chance(.6) else ""
        return text, names

    def recursive(self):
        """Columns that change places."""
        table = self.pick(*self.schema)
        one, two = self.random.sample(self.schema[table], 2)
        self.ctes["rec"] = ["k", "l", "n"]
        return f"RECURSIVE rec(k, l, n) AS (SELECT {one}, {two}, 1 FROM {table} UNION ALL " + \
            "SELECT l, k, n + 1 FROM rec WHERE n < 3)"

    def statement(self):
        if self.chance(.1):
            return f"WITH {self.recursive()} {self.query(2)[0]}"
        if self.chance(.3):
            shadow = self.postgresql and self.chance(.3)
            inner, names = self.query(2)
            name = self.pick(*self.schema) if shadow else self.alias()
            self.ctes[name] = names
            if self.chance(.5):
                return f"WITH {name} AS ({inner}) {self.query(1)[0]}"
            return f"WITH {name} AS ({inner}) SELECT * FROM {name}"
        text, names = self.query(2)
        if self.chance(.2):
            name = self.alias()
            return f"SELECT {self.pick('*', name + '.*')} FROM ({text}) AS {name}" + \
                f" ORDER BY {self.pick(*names)}"
        return text


# ---- what must hold ----------------------------------------------------------

def analyze(texts, schema, dialect):
    lines = "".join(json.dumps({"dialect": dialect, "sql": t, "schema": schema}) + "\n"
                    for t in texts)
    run = subprocess.run([os.path.join(BUILD, "gatehouse"), "analyze", "--jsonl"],
                         input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def plain(name):
    return ".".join(name.lower().split(".")[-2:])


def is_vague(answer):
    """Is some of it not known, so that nothing may be held against it?"""
    return answer["status"] != "ok" or answer["opaque"] or not answer["inference_known"] or any(
        o["unknown"] for o in answer["outputs"])


class Judge:
    """Holds one query's analysis against its engine: `run` gives the rows' columns, sorted."""

    def __init__(self, sql, answer):
        self.sql, self.answer = sql, answer
        self.used = {plain(c) for c in answer["inference"]}
        self.shown = {plain(c) for o in answer["outputs"] for c in o["origins"]}
        self.wrong = []

    def reads(self, columns):
        """Columns that the engine says it reads."""
        if not is_vague(self.answer):
            self.wrong += [("reads", self.sql, c) for c in sorted(columns)
                           if c not in self.used | self.shown]

    def doubtful(self, name):
        """Outputs that must not change with that column."""
        if name in self.used or (COMPARES.search(self.sql) and name in self.shown):
            return []
        return [o for o in self.answer["outputs"]
                if not o["unknown"] and name not in {plain(c) for c in o["origins"]}]

    def changes(self, name, before, after):
        doubtful = self.doubtful(name)
        for output, old, new in zip(self.answer["outputs"], before, after or before):
            if old != new and output in doubtful:
                self.wrong.append(("shows", self.sql, name, output))


def interfere(judge, schema, run):
    """`run(changed, sql)` on the data in which that column is changed; None: refused."""
    answer = judge.answer
    if answer["status"] != "ok" or answer["opaque"] or not answer["inference_known"]:
        return True
    before = run(None, judge.sql)
    if before is None:
        return False
    if len(before) != len(answer["outputs"]):
        judge.wrong.append(("width", judge.sql, len(before)))
        return True
    for table, columns in schema.items():
        for column in columns:
            if judge.doubtful(f"{table}.{column}"):
                judge.changes(f"{table}.{column}", before, run((table, column), judge.sql))
    return True


def sorted_columns(rows, width):
    return [sorted(map(repr, (row[i] for row in rows))) for i in range(width)]


class Sums:
    """What was counted, as TAP."""

    def __init__(self):
        self.judged = self.refused = self.vague = 0
        self.wrong = []

    def add(self, judge, ran):
        self.judged += 1
        self.refused += not ran
        self.vague += is_vague(judge.answer)
        self.wrong += judge.wrong

    def report(self):
        checks = [(not self.wrong, f"{self.judged} queries, nothing else is shown or read"),
                  (self.vague * 20 < self.judged, f"{self.vague} are not wholly understood"),
                  (self.refused * 3 < self.judged, f"{self.refused} are refused by the engine")]
        print(f"1..{len(checks)}")
        for number, (fine, text) in enumerate(checks, 1):
            print("ok" if fine else "not ok", number, "-", text)
        for problem in self.wrong[:10]:
            print("#", problem)
        return 0 if all(fine for fine, _ in checks) else 1
