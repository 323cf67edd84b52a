"""Assignments: whatever is asked for, nobody has two primary mentors on a day, and nobody is mentored outside it."""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from program.assignments import rules
from program.assignments.rules import Wish, clash, meet, outside
from program.fellows.models import AssignmentKind

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 5, 11), date(2026, 7, 17)
DAYS = st.dates(FIRST - 10 * DAY, LAST + 10 * DAY)
KINDS = st.sampled_from(list(AssignmentKind))


class Mentoring(RuleBasedStateMachine):
    """Staff assign mentors as they like; what the rules refuse is not made."""

    def __init__(self):
        super().__init__()
        self.made = []

    @rule(kind=KINDS, starts_on=DAYS, ends_on=st.none() | DAYS)
    def assign(self, kind, starts_on, ends_on):
        wish = Wish(kind, starts_on, ends_on)
        if not outside(wish, first=FIRST, last=LAST) and not rules.clash(wish, self.made):
            self.made.append(wish)

    @rule(which=st.integers(0, 20), ends_on=DAYS)
    def end(self, which, ends_on):
        if which < len(self.made):
            one = self.made.pop(which)
            changed = Wish(one.kind, one.starts_on, ends_on)
            good = not outside(changed, first=FIRST, last=LAST) and not rules.clash(changed, self.made)
            self.made.append(changed if good else one)

    @invariant()
    def there_is_never_a_second_primary_mentor(self):
        for day in (FIRST + n * DAY for n in range((LAST - FIRST).days + 1)):
            leading = [
                one
                for one in self.made
                if one.kind is AssignmentKind.PRIMARY and one.starts_on <= day <= (one.ends_on or LAST)
            ]
            assert len(leading) <= 1, day

    @invariant()
    def nobody_mentors_outside_the_fellowship(self):
        assert all(FIRST <= one.starts_on <= (one.ends_on or LAST) <= LAST for one in self.made)


TestMentoring = Mentoring.TestCase


def test_a_rule_that_lets_two_lead_would_be_seen(monkeypatch):
    monkeypatch.setattr(rules, "clash", lambda _wish, _made: None)
    machine = Mentoring()
    for _ in range(2):
        machine.assign(AssignmentKind.PRIMARY, FIRST, None)
    with pytest.raises(AssertionError):
        machine.there_is_never_a_second_primary_mentor()


def test_days_next_to_each_other_do_not_meet():
    one, next_one = (
        Wish(AssignmentKind.PRIMARY, FIRST, FIRST),
        Wish(AssignmentKind.PRIMARY, FIRST + DAY, None),
    )
    assert not meet(one, next_one)
    assert clash(next_one, [one]) is None
    assert clash(Wish(AssignmentKind.PRIMARY, FIRST, FIRST + DAY), [one]) is one
    assert clash(Wish(AssignmentKind.PRIMARY, FIRST, FIRST + DAY), [next_one]) is next_one


def test_a_co_mentor_clashes_with_nobody():
    leading = Wish(AssignmentKind.PRIMARY, FIRST, None)
    assert clash(Wish(AssignmentKind.CO, FIRST, None), [leading]) is None
    assert clash(leading, [Wish(AssignmentKind.CO, FIRST, None)]) is None
