"""The README says what is so: its settings table, its commands and its map."""

from pathlib import Path

from pydantic_core import PydanticUndefined

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
