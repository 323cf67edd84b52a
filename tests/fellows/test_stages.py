"""The course of a fellowship: which steps are open, which want a reason, and that no walk leaves the table."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from program.errors import ForbiddenStepError
from program.fellows import stages
from program.fellows.bulk import Candidate, preview_step
from program.fellows.models import FellowshipStage
from program.fellows.stages import BACK, FORWARD, check_step, open_steps, refusal, wants_reason

S = FellowshipStage
COURSE = [S.APPLIED, S.SHORTLISTED, S.OFFERED, S.ACCEPTED, S.ACTIVE, S.COMPLETED]
STAGES = st.sampled_from(list(FellowshipStage))


class Course(RuleBasedStateMachine):
    """Somebody is moved about by staff who try everything."""

    def __init__(self):
        super().__init__()
        self.walked = [S.APPLIED]

    @rule(step=STAGES)
    def try_a_step(self, step):
        here = self.walked[-1]
        if refusal(here, step):
            with pytest.raises(ForbiddenStepError):
                check_step(here, step)
        else:
            check_step(here, step)
            self.walked.append(step)

    @precondition(lambda self: len(self.walked) > 1)
    @rule()
    def undo(self):
        """What was done can be taken back, at once or by steps, but for coming off the waiting list."""
        assert reaches(self.walked[-1], self.walked[-2])

    @invariant()
    def it_is_never_a_dead_end(self):
        assert open_steps(self.walked[-1])

    @invariant()
    def only_who_was_accepted_is_active(self):
        first = [S.ACTIVE in self.walked and self.walked.index(S.ACTIVE)]
        if first[0]:
            assert {S.ACCEPTED, S.DEFERRED, S.WITHDRAWN} & set(self.walked[: first[0]])

    @invariant()
    def steps_back_and_out_want_a_reason(self):
        for here, step in pairwise(self.walked):
            forward = step in FORWARD[here] and step not in {S.WITHDRAWN, S.DEFERRED}
            assert wants_reason(here, step) is not forward


def reaches(here, there):
    """Whether some steps lead from one stage to the other."""
    seen, edge = {here}, {here}
    while edge:
        edge = {step for stage in edge for step in open_steps(stage)} - seen
        seen |= edge
    return there in seen


TestCourse = Course.TestCase


def test_the_ordinary_course_wants_no_reason():
    for here, step in pairwise(COURSE):
        check_step(here, step)
        assert not wants_reason(here, step)


def test_every_stage_has_its_row_and_no_step_is_both_forward_and_back():
    assert set(FORWARD) == set(BACK) == set(FellowshipStage)
    assert [
        stage for stage in FellowshipStage if FORWARD[stage] & BACK[stage] or stage in open_steps(stage)
    ] == []
    assert [stage for stage in FellowshipStage if S.COMPLETED in open_steps(stage)] == [S.ACTIVE]


def test_a_refusal_says_what_is_open():
    assert refusal(S.COMPLETED, S.OFFERED) == "is completed, and can go from there to: active"
    assert refusal(S.ACTIVE, S.ACTIVE) == "is active already"
    with pytest.raises(
        ForbiddenStepError, match="The fellowship is completed, and can go from there to: active"
    ):
        check_step(S.COMPLETED, S.APPLIED)


@given(st.lists(STAGES), STAGES)
def test_a_preview_sorts_everybody_once(stood, step):
    people = [Candidate(number, f"Fellow {number}", stage) for number, stage in enumerate(stood)]
    preview = preview_step(people, step)
    sorted_ = [*preview.ready, *(one for some in preview.refused.values() for one in some)]
    assert sorted(sorted_) == people
    assert sum(preview.by_stage().values()) == len(preview.ready)
    assert all(step in open_steps(one.stage) for one in preview.ready)


def test_a_preview_is_another_once_somebody_has_moved():
    before = preview_step([Candidate(1, "Ada", S.APPLIED), Candidate(2, "Ben", S.APPLIED)], S.WAITLISTED)
    after = preview_step([Candidate(1, "Ada", S.APPLIED), Candidate(2, "Ben", S.SHORTLISTED)], S.WAITLISTED)
    assert before.seen != after.seen


def test_a_table_that_lets_applicants_start_at_once_would_be_seen(monkeypatch):
    monkeypatch.setitem(stages.FORWARD, S.APPLIED, FORWARD[S.APPLIED] | {S.ACTIVE})
    course = Course()
    course.try_a_step(S.ACTIVE)
    with pytest.raises(AssertionError):
        course.only_who_was_accepted_is_active()
