"""The files that the rules of the house are about."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "program" / "migrations" / "versions"


def texts(folder, pattern):
    """What stands in the files of a folder, by their paths from the root."""
    return {
        path.relative_to(ROOT): path.read_text("utf-8")
        for path in sorted((ROOT / folder).rglob(pattern))
        if path.is_file() and not path.is_relative_to(GENERATED)
    }


def breaches(found_in, files):
    """What a rule finds in each of the files where it finds anything."""
    found = {str(path): found_in(text) for path, text in files.items()}
    return {path: what for path, what in found.items() if what}


def folders(folder):
    """The names of the folders in a folder, without those that Python makes."""
    return {path.name for path in (ROOT / folder).iterdir() if path.is_dir()} - {"__pycache__"}


PROGRAM, WORKERS = texts("program", "*.py"), texts("workers", "*.py")
SOURCES = PROGRAM | WORKERS
TEMPLATES = texts("templates", "*.*")
