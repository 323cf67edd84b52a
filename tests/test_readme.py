"""The README says what is so: its settings table, its commands and its map."""

from pathlib import Path

from pydantic_core import PydanticUndefined

from program import limits
from program.config import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
RUN = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e . && .venv/bin/fellowship demo"
TEST = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e '.[test]' && .venv/bin/pytest"


def settings_rows() -> list[str]:
    """The rows of the settings table, from the settings themselves."""
    rows = []
    for name, setting in Settings.model_fields.items():
        given = "" if setting.default in ("", PydanticUndefined) else f"`{setting.default}`"
        default = "`instance/`" if name == "instance" else given
        rows.append(f"| `FELLOWSHIP_{name.upper()}` | {default} | {setting.description} |")
    return rows


def limit_rows() -> list[str]:
    """The rows of the table of limits, from the limits themselves."""
    named = (limit for limit in vars(limits).values() if isinstance(limit, limits.Limit))
    return [f"| {limit.what} | {limit.rate} | {limit.by} | {limit.why} |" for limit in named]


def test_every_limit_stands_in_the_table():
    head = README.index("| what | at most | counted by | why |")
    lines = README[head:].split("\n\n", 1)[0].splitlines()[2:]
    assert lines == limit_rows()
    assert len(lines) >= 10


def test_every_setting_stands_in_the_table():
    listed = [line for line in README.splitlines() if line.startswith("| `FELLOWSHIP_")]
    assert listed == settings_rows()


def test_the_two_commands_stand_on_lines_of_their_own():
    lines = README.splitlines()
    assert RUN in lines
    assert TEST in lines


def test_the_map_names_every_folder_of_the_program():
    folders = {path.name for path in (ROOT / "program").iterdir() if (path / "__init__.py").exists()}
    assert {name for name in folders if f"`{name}/`" not in README} == set()
