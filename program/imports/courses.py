"""The way from one stage to another, by steps that go on and never back. Pure."""

from collections import deque
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from program.fellows.models import FellowshipStage
from program.fellows.stages import FORWARD as FELLOWSHIP_STEPS
from program.mentors.funnel import OUT, STEPS, next_stage
from program.mentors.models import EngagementStage

S = TypeVar("S", bound=StrEnum)

ENGAGEMENT_STEPS: Mapping[EngagementStage, Collection[EngagementStage]] = {
    stage: {*([up] if (up := next_stage(stage)) else []), *(STEPS[stage] & OUT)} for stage in EngagementStage
}
"""Of the funnel's steps those that go up, or out."""


def engagement_course(begin: EngagementStage, end: EngagementStage) -> list[EngagementStage]:
    """The stages after `begin` up to `end`. Raises ValueError with words for people."""
    return _course(ENGAGEMENT_STEPS, begin, end)


def fellowship_course(begin: FellowshipStage, end: FellowshipStage) -> list[FellowshipStage]:
    """The stages after `begin` up to `end`. Raises ValueError with words for people."""
    return _course(FELLOWSHIP_STEPS, begin, end)


def _course(steps: Mapping[S, Collection[S]], begin: S, end: S) -> list[S]:
    """The shortest way; of several, the one that keeps to the order of the stages."""
    ways: deque[list[S]] = deque([[begin]])
    seen = {begin}
    while ways:
        way = ways.popleft()
        if way[-1] is end:
            return way[1:]
        for stage in type(begin):
            if stage in steps[way[-1]] and stage not in seen:
                seen.add(stage)
                ways.append([*way, stage])
    open_steps = f"is {begin} here, and no step goes on from there to {end}"
    raise ValueError(f"{open_steps}. If {end} is right, take the step back by hand first.")
