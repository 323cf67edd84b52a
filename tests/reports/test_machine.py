"""The machine of reports runs without a fault, and notices each fault that is planted in the rules."""

import pytest
from hypothesis import Phase

from program.access import POLICY, Permission, Role, every
from program.reports import drafting, services, states
from program.reports.desks import Desk
from program.reports.merging import Merge
from program.reports.models import ReportState
from tests.reports.machine import drive

STEPS = 400
"""On each kind of database; `python -m tests.reports.machine` takes 10,000."""
LONGEST = 2_000
"""Steps in which a planted fault must be noticed."""


def test_whatever_is_done_the_tables_are_as_the_model(cast):
    tally = drive(cast, steps=STEPS)
    assert tally["steps"] >= STEPS * 0.9
    outcomes = {what.partition(": ")[2] for what in tally}
    assert outcomes >= {"done", "ForbiddenError", "ForbiddenStepError"}


def a_report_that_was_accepted_is_written_on(patch):
    patch.setitem(states.STEPS, ReportState.ACCEPTED, frozenset({ReportState.SUBMITTED}))


def the_last_save_wins(patch):
    patch.setattr(
        drafting, "merge", lambda typed, stored, _marks: Merge({**stored, **typed}, frozenset(), frozenset())
    )


def what_is_aside_stands_in_the_body(patch):
    patch.setattr(drafting, "_parted", lambda _desk, text: (dict(text), {}))


def whoever_types_takes_the_revision_over(patch):
    def take_over(desk, *, actor, **given):
        if desk.revision is not None:
            desk.revision.author_id = actor.id
        return drafting.revise(desk, actor=actor, **given)

    patch.setattr(services, "revise", take_over)


def any_mentor_decides(patch):
    patch.setitem(POLICY, Permission.REVIEW_WRITE, {Role.MENTOR: every})


def everybody_types_everywhere(patch):
    patch.setattr(Desk, "may_type", lambda _desk, _audience: True)


FAULTS = [
    everybody_types_everywhere,
    a_report_that_was_accepted_is_written_on,
    the_last_save_wins,
    what_is_aside_stands_in_the_body,
    whoever_types_takes_the_revision_over,
    any_mentor_decides,
]


@pytest.mark.one_database
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_noticed(cast, monkeypatch, fault):
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        drive(cast, steps=LONGEST, phases=(Phase.generate,))
