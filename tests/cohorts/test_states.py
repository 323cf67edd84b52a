"""The states of a cohort: one on or one back, and an archived one is only there to be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.cohorts.states import STEPS, CohortState, check_changeable, check_step
from program.errors import ForbiddenStepError

ORDER = [*CohortState]


@given(st.sampled_from(CohortState), st.lists(st.sampled_from(CohortState), max_size=12))
def test_a_walk_goes_to_the_next_state_or_the_one_before(state, wanted):
    for step in wanted:
        allowed = abs(ORDER.index(step) - ORDER.index(state)) == 1
        if allowed:
            check_step(state, step)
            state = step
        else:
            with pytest.raises(ForbiddenStepError, match=f"This cohort is {state}: it can become"):
                check_step(state, step)


def test_every_state_can_be_left_and_reached():
    assert {*STEPS} == {*CohortState} == set().union(*STEPS.values())


@pytest.mark.parametrize("state", CohortState)
def test_only_an_archived_cohort_cannot_be_changed(state):
    if state is CohortState.ARCHIVED:
        with pytest.raises(ForbiddenStepError, match="Take it back to closed first"):
            check_changeable(state)
    else:
        check_changeable(state)
