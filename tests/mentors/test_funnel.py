"""The mentor funnel by itself: which steps are open, and which want a reason."""

from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from program.errors import ForbiddenStepError
from program.mentors import funnel
from program.mentors.funnel import LADDER, STEPS, check_step, next_stage, rank, wants_reason
from program.mentors.models import EngagementStage

IDENTIFIED, CONTACTED, INTERESTED, CONFIRMED, DECLINED, WITHDRAWN = EngagementStage
WORDS = ["identified", "contacted", "interested", "confirmed", "declined", "withdrawn"]


def may(stage, step, *, reason):
    """The rules as the programme says them, without the table."""
    ups = {("identified", "contacted"), ("contacted", "interested"), ("interested", "confirmed")}
    if (stage, step) in ups:
        return True
    outs = (step, stage) in {
        *(("declined", one) for one in WORDS[:3]),
        *(("withdrawn", one) for one in WORDS[2:4]),
    }
    backs = step in WORDS[:3] and WORDS.index(step) < WORDS.index(stage)
    return bool(reason.strip()) and (outs or backs)


class Funnel(RuleBasedStateMachine):
    """A mentor who is pushed about at random ends where the rules allow, with every step on record."""

    def __init__(self):
        super().__init__()
        self.stage, self.steps = IDENTIFIED, []

    @rule(step=st.sampled_from(EngagementStage), reason=st.sampled_from(["", "  ", "They moved."]))
    def push(self, step, reason):
        allowed = may(self.stage.value, step.value, reason=reason)
        try:
            check_step(self.stage, step, reason=reason)
        except ForbiddenStepError:
            assert not allowed
            return
        assert allowed
        self.steps.append((self.stage, step, reason))
        self.stage = step

    @invariant()
    def the_steps_are_a_chain(self):
        stages = [IDENTIFIED, *(step for _stage, step, _reason in self.steps)]
        assert [stage for stage, _step, _reason in self.steps] == stages[:-1]
        assert stages[-1] is self.stage

    @invariant()
    def who_is_confirmed_was_contacted_and_interested_before(self):
        highest = max([rank(step) for _stage, step, _reason in self.steps], default=0)
        seen = {step for _stage, step, _reason in self.steps} | {IDENTIFIED}
        assert set(LADDER[: highest + 1]) <= seen

    @invariant()
    def there_is_always_a_way_on(self):
        assert STEPS[self.stage]


TestFunnel = Funnel.TestCase
TestFunnel.settings = settings(max_examples=60, stateful_step_count=25)


def test_a_table_that_lets_somebody_skip_a_stage_is_caught(monkeypatch):
    monkeypatch.setitem(funnel.STEPS, IDENTIFIED, frozenset({CONTACTED, DECLINED, CONFIRMED}))
    machine = Funnel()
    with pytest.raises(AssertionError):
        machine.push(step=CONFIRMED, reason="They moved.")


def test_a_step_back_without_a_reason_is_caught(monkeypatch):
    monkeypatch.setattr(funnel, "wants_reason", lambda _stage, _step: False)
    machine = Funnel()
    machine.push(step=CONTACTED, reason="")
    with pytest.raises(AssertionError):
        machine.push(step=IDENTIFIED, reason="")


def test_a_refusal_says_what_is_open():
    with pytest.raises(ForbiddenStepError) as refused:
        check_step(IDENTIFIED, CONFIRMED, reason="Now.")
    assert str(refused.value) == (
        "This mentor is identified, so they cannot become confirmed; open from here: contacted, declined."
        " Nothing was changed."
    )


def test_a_step_that_lacks_its_reason_says_so():
    with pytest.raises(ForbiddenStepError) as refused:
        check_step(CONFIRMED, WITHDRAWN, reason=" ")
    assert str(refused.value) == (
        "From confirmed to withdrawn wants a reason: please say why, then do it again. Nothing was changed."
    )


def test_the_way_up_needs_no_reason():
    assert [next_stage(stage) for stage in EngagementStage] == [
        CONTACTED,
        INTERESTED,
        CONFIRMED,
        None,
        None,
        None,
    ]
    assert [wants_reason(low, high) for low, high in pairwise(LADDER)] == [False] * 3
