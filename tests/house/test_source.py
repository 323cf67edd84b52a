"""The rules of the house for Python that a linter does not know."""

import ast
import re

import pytest

from tests.house.shelves import PROGRAM, SOURCES, TEMPLATES, breaches

LONGEST = 250
EDGES = {"web.py", "cli.py", "extensions.py"}
COMMITTING = {"workers", "up", "delivery"}
"""Edges, and delivery: no transaction may be open while the relay is talked to."""
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")


def too_long(source):
    """How many lines the file has, if they are too many."""
    count = len(source.splitlines())
    return count if count > LONGEST else None


def silent(source):
    """Whether a file that holds anything does not say what for."""
    return bool(source) and not ast.get_docstring(ast.parse(source))


def inner_imports(source):
    """The lines of imports inside functions."""
    functions = [
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    nodes = (node for function in functions for node in ast.walk(function))
    return sorted({node.lineno for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)})


def imported(source):
    """Every name that a file imports, with its module and the packages above."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module or ''}.{alias.name}".strip(".") for alias in node.names}
    parts = [name.split(".") for name in names]
    return {".".join(part[:end]) for part in parts for end in range(1, len(part) + 1)}


def known_workers(source):
    return imported(source) & {"workers"}


def known_tests(source):
    return imported(source) & {"tests", "pytest"}


def views(source):
    return {name for name in imported(source) if name.endswith(".views")}


def commits(source):
    """The lines that end a transaction themselves."""
    return [
        n.lineno
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == "commit"
    ]


def naive_times(source):
    """The lines that ask the machine for its own time, or for a time without a zone."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            given = len(node.args) + len(node.keywords)
            match ast.unparse(node.func.value).rpartition(".")[2], node.func.attr, given:
                case (
                    ("datetime" | "date", "utcnow" | "utcfromtimestamp" | "today", _)
                    | ("date", "fromtimestamp", _)
                    | ("datetime", "now", 0)
                    | ("datetime", "fromtimestamp", 0 | 1)
                ):
                    found.append(node.lineno)
    return found


def left_undone(text):
    return MARKS.findall(text)


def test_there_is_a_house():
    assert len(SOURCES) > 80
    assert len(TEMPLATES) > 30


def test_a_file_has_one_idea_and_fits_on_a_few_screens():
    assert breaches(too_long, SOURCES) == {}


def test_every_file_says_what_it_is_for():
    assert breaches(silent, SOURCES) == {}


def test_nothing_is_imported_inside_a_function():
    assert breaches(inner_imports, SOURCES) == {}


def test_the_programme_does_not_know_its_workers():
    assert breaches(known_workers, PROGRAM) == {}


def test_what_is_shipped_does_not_know_the_tests():
    assert breaches(known_tests, SOURCES) == {}


def test_only_the_application_imports_views():
    assert set(breaches(views, SOURCES)) == {"program/app.py"}


def test_services_leave_the_commit_to_the_edge():
    inside = {
        path: source
        for path, source in SOURCES.items()
        if path.name not in EDGES and not COMMITTING & set(path.parts)
    }
    assert len(inside) > 70
    assert breaches(commits, inside) == {}


def test_nobody_asks_the_machine_for_its_own_time():
    assert breaches(naive_times, SOURCES) == {}


def test_nothing_is_left_undone():
    assert breaches(left_undone, SOURCES | TEMPLATES) == {}


@pytest.mark.parametrize(
    ("rule", "source", "found"),
    [
        (too_long, "x = 1\n" * 251, 251),
        (silent, "x = 1\n", True),
        (inner_imports, "import a\ndef f():\n    def g():\n        from b import c\n    import d\n", [4, 5]),
        (inner_imports, "async def f():\n    if x:\n        import a\n", [3]),
        (imported, "import a.b\nfrom c import d", {"a", "a.b", "c", "c.d"}),
        (known_workers, "import workers.app", {"workers"}),
        (known_tests, "import pytest\nfrom tests import factories", {"pytest", "tests"}),
        (views, "from program.home.views import bp", {"program.home.views"}),
        (views, "from program.home import views", {"program.home.views"}),
        (commits, "x\ndb.session.commit()", [2]),
        (commits, "with engine.connect() as c:\n    c.commit()", [2]),
        (naive_times, "datetime.now()\ndatetime.utcnow()\ndt.date.today()", [1, 2, 3]),
        (naive_times, "datetime.fromtimestamp(0)\ndate.fromtimestamp(0)", [1, 2]),
        (left_undone, "# TODO: later\nraise NotImplementedError", ["TODO", "NotImplementedError"]),
    ],
)
def test_a_breach_is_found(rule, source, found):
    assert rule(source) == found


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (too_long, "x = 1\n" * 250),
        (silent, ""),
        (silent, '"""What it is for."""\n'),
        (inner_imports, "import a\nif x:\n    import b\n"),
        (
            naive_times,
            "datetime.now(UTC)\nclock.now()\nclock.today(now, zone)\ndatetime.fromtimestamp(0, UTC)",
        ),
    ],
)
def test_what_keeps_the_rule_is_left_alone(rule, source):
    assert not rule(source)
