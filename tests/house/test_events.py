"""The rules of the house for the record: whoever changes something on somebody's behalf writes down who it was."""

import ast

import pytest

from program.audit.models import Tag
from program.history.words import WORDS
from tests.house.shelves import PROGRAM

UNRECORDED = {
    "begin_passkey": "it asks the device a question, and keeps nothing",
    "save_evaluation": "a draft that nobody but its author reads; that it is sent is an event",
    "answer_wave": "that a person answered is a participation; an event would tie the answers to a time",
}
"""Services that act for somebody and write no event, and why."""


def functions(sources):
    """Every function by its name, with the names that it calls."""
    found = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                calls = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
                names = {
                    f.id if isinstance(f, ast.Name) else f.attr
                    for f in calls
                    if isinstance(f, ast.Name | ast.Attribute)
                }
                found.setdefault(node.name, set()).update(names)
    return found


def recording(calls):
    """The functions that record an event, themselves or by what they call."""
    known = {"record"}
    while more := {name for name, called in calls.items() if called & known} - known:
        known |= more
    return known


def acting(source):
    """The public functions of a file that are told who acts."""
    nodes = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    public = (node for node in nodes if not node.name.startswith("_"))
    return {
        node.name for node in public if "actor" in {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    }


def unrecorded(services):
    known = recording(functions(services))
    return {name for source in services for name in acting(source)} - known


def writers(sources):
    """The files that make events otherwise than by `record`."""
    return {str(path) for path, source in sources.items() if "AuditEvent(" in source}


SERVICES = [source for path, source in PROGRAM.items() if path.name == "services.py"]


def test_every_service_that_acts_for_somebody_records_it():
    assert sum(len(acting(source)) for source in SERVICES) >= 10
    assert unrecorded(SERVICES) == set(UNRECORDED)


def test_every_kind_of_event_has_plain_words():
    assert set(Tag) - set(WORDS) == set()


def test_events_are_made_in_one_place_and_in_the_invented_past_of_the_demo():
    made = {"program/audit/services.py", "program/audit/models.py", "program/demo/traces.py"}
    assert writers(PROGRAM) == made


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def change(*, actor, now): pass", {"change"}),
        ("def change(*, actor): record()", set()),
        ("def change(*, actor): _step()\ndef _step(): services.record()", set()),
        ("def _change(actor): pass\ndef read(now): pass", set()),
    ],
)
def test_a_service_that_records_nothing_is_found(source, found):
    assert unrecorded([source]) == found
