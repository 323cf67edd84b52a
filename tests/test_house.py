"""Rules of the house that no linter knows."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("program", "workers")
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
OURS = [path for path in FILES if "versions" not in path.parts]
LIMIT = 250
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "misc.py", "common.py"}


def where(path):
    return str(path.relative_to(ROOT))


def nested_imports(source):
    """The lines on which something is imported inside a function."""
    functions = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return sorted(
        {n.lineno for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)}
    )


def imported(source):
    """The modules that a file imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield node.module or "."
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_a_file_has_one_idea_and_fits_on_a_few_screens():
    lines = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in OURS}
    assert {path: count for path, count in lines.items() if count > LIMIT} == {}


def test_nothing_is_imported_inside_a_function():
    found = {where(path): nested_imports(path.read_text(encoding="utf-8")) for path in OURS}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_an_import_inside_a_function_would_be_seen():
    assert nested_imports("import a\ndef f():\n    def g():\n        from b import c\n    import d\n") == [
        4,
        5,
    ]


def test_the_programme_does_not_know_its_workers_or_its_tests():
    found = [
        (where(path), name)
        for path in FILES
        for name in imported(path.read_text(encoding="utf-8"))
        if path.parts[len(ROOT.parts)] == "program" and name.split(".")[0] in ("workers", "tests")
    ]
    assert found == []


def test_files_are_named_by_what_they_hold():
    assert [where(path) for path in FILES if path.name in FORBIDDEN_NAMES] == []


def test_only_the_app_and_the_demo_import_views():
    found = {where(p): [n for n in imported(p.read_text()) if n.endswith(".views")] for p in OURS}
    assert {path for path, names in found.items() if names} <= {"program/app.py"}


def test_services_leave_the_commit_to_the_edge():
    """Delivery alone commits by itself, since no transaction may be open while the relay is talked to."""
    edges = {"web.py", "cli.py"}
    found = [
        where(path)
        for path in OURS
        if "session.commit()" in path.read_text()
        and path.name not in edges
        and path.parts[-2] not in ("delivery", "up")
    ]
    assert [path for path in found if not path.startswith("workers/")] == []


def test_nothing_is_left_undone():
    marks = ("TO" + "DO", "FIX" + "ME", "X" * 3, "Not" + "ImplementedError")
    left = [
        (where(path), mark) for path in OURS for mark in marks if mark in path.read_text(encoding="utf-8")
    ]
    assert left == []


def test_every_folder_of_templates_belongs_to_a_feature():
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    features = {path.name for path in (ROOT / "program").iterdir() if path.is_dir()}
    assert folders - features == {"email", "errors"}


def test_tests_stand_in_folders_of_the_names_of_what_they_test():
    names = {path.stem for path in (ROOT / "program").iterdir()} | {"workers", "browser", "faults", "bench"}
    assert {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} - {
        "__pycache__",
        "shots",
    } <= names
