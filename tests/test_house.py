"""The rules of the house that a linter does not know."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "program" / "migrations" / "versions"
SOURCES = sorted(
    path
    for folder in ("program", "workers")
    for path in (ROOT / folder).rglob("*.py")
    if GENERATED not in path.parents
)
TEXTS = [*SOURCES, *sorted((ROOT / "templates").rglob("*.*"))]
PAGES = [path for path in TEXTS if path.suffix == ".html" and "email" not in path.parts]
UNSAFE = re.compile(
    r"""[^"]\|\s*safe\b|autoescape\s+false|<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=""",
    re.IGNORECASE,
)
"""What lets text act as a page; a literal of the template's own may be marked safe."""
LONGEST = 250
BANNED = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}


def named(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def inner_imports(source):
    """The lines of imports inside functions."""
    functions = [
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    nodes = (node for function in functions for node in ast.walk(function))
    return sorted({node.lineno for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)})


def imported(source):
    """The top packages that a file imports."""
    modules = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules.append(node.module or "")
    return {module.partition(".")[0] for module in modules}


def calls(source, name):
    """Whether the file calls a method of this name."""
    nodes = ast.walk(ast.parse(source))
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == name for n in nodes
    )


def test_there_is_a_house():
    assert len(SOURCES) > 80


def test_no_file_is_longer_than_can_be_read():
    assert named(p for p in SOURCES if len(p.read_text("utf-8").splitlines()) > LONGEST) == []


def test_every_file_says_what_it_is_for():
    texts = {path: path.read_text("utf-8") for path in SOURCES}
    assert named(p for p, text in texts.items() if text and not ast.get_docstring(ast.parse(text))) == []


def test_nothing_is_imported_inside_a_function():
    assert named(p for p in SOURCES if inner_imports(p.read_text("utf-8"))) == []


def test_an_import_inside_a_function_is_found():
    assert inner_imports("import os\n\ndef f():\n    if os:\n        from a import b\n") == [5]


def test_the_programme_does_not_know_its_workers():
    program = [path for path in SOURCES if path.is_relative_to(ROOT / "program")]
    assert named(p for p in program if "workers" in imported(p.read_text("utf-8"))) == []
    assert imported("import workers.app\nfrom program import x") == {"workers", "program"}


def test_what_is_shipped_does_not_know_the_tests():
    assert named(p for p in SOURCES if imported(p.read_text("utf-8")) & {"tests", "pytest"}) == []


def test_no_file_is_called_after_nothing():
    assert named(p for p in SOURCES if p.stem in BANNED or p.parent.name in BANNED) == []


def test_services_and_queries_never_commit():
    layers = [path for path in SOURCES if path.stem in ("services", "queries", "models", "forms")]
    assert len(layers) > 30
    committing = [path for path in layers if calls(path.read_text("utf-8"), "commit")]
    assert named(path for path in committing if path.parent.name != "delivery") == []
    assert calls("db.session.commit()", "commit")


def test_nobody_asks_the_machine_for_its_own_time():
    naive = re.compile(r"utcnow\(|datetime\.now\(\)|date\.today\(\)|fromtimestamp\([^,)]*\)")
    assert named(p for p in SOURCES if naive.search(p.read_text("utf-8"))) == []


def test_nothing_is_left_undone():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert named(p for p in TEXTS if marks.search(p.read_text("utf-8"))) == []


def test_no_template_switches_escaping_off_or_carries_script_or_style():
    assert len(PAGES) > 20
    assert named(p for p in PAGES if UNSAFE.search(p.read_text("utf-8"))) == []


@pytest.mark.parametrize("line", ["{{ x|safe }}", "<script>", '<p style="a">', '<a onclick="b">'])
def test_a_template_that_would_do_so_is_found(line):
    assert UNSAFE.search(line)


def test_every_form_that_changes_something_carries_a_token():
    forms = re.compile(r"<form\b[^>]*method=.post.*?</form>", re.IGNORECASE | re.DOTALL)
    found = [(path, form) for path in PAGES for form in forms.findall(path.read_text("utf-8"))]
    assert len(found) >= 8
    assert named(path for path, form in found if "{{ csrf() }}" not in form) == []
