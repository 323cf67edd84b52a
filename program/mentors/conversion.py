"""How many of the mentors who reached a stage went on: counted from their steps, for each track of a cohort."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from program.extensions import db
from program.mentors.funnel import CONFIRMED, CONTACTED, IDENTIFIED, INTERESTED, LADDER, rank
from program.mentors.models import Engagement, EngagementStage, EngagementStep
from program.mentors.wilson import share_in_words

PASSAGES = (
    (IDENTIFIED, CONTACTED),
    (CONTACTED, INTERESTED),
    (INTERESTED, CONFIRMED),
    (CONTACTED, CONFIRMED),
)
"""From which stage to which: one by one, and how many of those who were asked said yes in the end."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How many mentors ever came to each stage, wherever they stand now."""

    counts: Mapping[EngagementStage, int]

    def passage(self, stage: EngagementStage, later: EngagementStage) -> str:
        """How many went on, with what that says of others: "4 of 25 contacted confirmed, 6 to 35 %"."""
        return share_in_words(self.counts[later], self.counts[stage], f"{stage} {later}")

    def share(self, stage: EngagementStage, later: EngagementStage) -> str:
        """The same under a heading that names the stages: "4 of 25, 6 to 35 %"; of nobody, a word."""
        return share_in_words(self.counts[later], self.counts[stage]) if self.counts[stage] else "nobody yet"


def count_reached(cohort_id: int) -> dict[int, Reached]:
    """How far the mentors of each track came, by track."""
    tops = _tops(cohort_id)
    return {track: reached(tops[track]) for track in tops}


def reached(tops: Mapping[int, int]) -> Reached:
    """From how many came to each rung and no further: who reached a stage has reached those before it."""
    counts = {stage: sum(n for top, n in tops.items() if top >= rank(stage)) for stage in LADDER}
    return Reached(counts)


def together(tracks: Sequence[Reached]) -> Reached:
    """All of them as one."""
    return Reached({stage: sum(track.counts[stage] for track in tracks) for stage in LADDER})


def _tops(cohort_id: int) -> dict[int, Counter[int]]:
    """How many mentors of each track had which rung as their highest."""
    ranks = [(stage, rank(stage)) for stage in LADDER]
    stepped = func.max(case(*((EngagementStep.to_stage == s, n) for s, n in ranks), else_=0))
    now = case(*((Engagement.stage == s, n) for s, n in ranks), else_=0)
    each = (
        select(Engagement.track_id, now.label("now"), func.coalesce(stepped, 0).label("stepped"))
        .outerjoin(EngagementStep, EngagementStep.engagement_id == Engagement.id)
        .where(Engagement.cohort_id == cohort_id)
        .group_by(Engagement.id, Engagement.track_id, Engagement.stage)
        .subquery()
    )
    top = case((each.c.stepped > each.c.now, each.c.stepped), else_=each.c.now)
    found: dict[int, Counter[int]] = {}
    for track_id, rung, count in db.session.execute(
        select(each.c.track_id, top, func.count()).group_by(each.c.track_id, top)
    ):
        found.setdefault(track_id, Counter())[rung] = count
    return found
