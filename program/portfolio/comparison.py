"""How a cohort compares with the ones before it: tracks are matched by name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, false, func, literal, select, tuple_

from program.cohorts.models import Cohort, Track
from program.extensions import db
from program.fellows.models import Fellowship
from program.folding import fold
from program.portfolio.figures import Portfolio, Series, as_number
from program.portfolio.queries import TAKEN, places_of
from program.portfolio.shares import per_cent

EARLIER = 4
"""How many cohorts before this one are shown beside it."""
NO_TRACK = "no such track"
Counts = Mapping[str, int]
"""Fellows in hundredths by the name of their track, as names are compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The share of each track in earlier cohorts and in this one, the oldest first."""

    cohorts: Sequence[str]
    tracks: Sequence[Series]


def find_comparison(cohort: Cohort, portfolio: Portfolio) -> Comparison:
    """This cohort beside the ones before it that had fellows; while it has none, by what it aims at."""
    names = {fold(track.name): track.name for track in cohort.tracks}
    earlier = _earlier(cohort)
    counts = _counts([cohort_id for cohort_id, _name in earlier], names)
    shown = [(name, counts[cohort_id]) for cohort_id, name in earlier]
    aims = {fold(line.name): line.target.aim for line in portfolio.tracks}
    own = {fold(line.name): line.tally.fellows for line in portfolio.tracks}
    last = cohort.name if portfolio.whole.fellows else f"{cohort.name}, aim"
    cells = {key: [_cell(found, key) for _name, found in shown] for key in names}
    for key, row in cells.items():
        row.append(_cell(own, key) if portfolio.whole.fellows else _aim(aims.get(key)))
    tracks = [
        Series(names[key], [share for share, _text in row], [text for _share, text in row])
        for key, row in cells.items()
        if key in aims or any(share is not None for share, _text in row)
    ]
    return Comparison([*(name for name, _found in shown), last], tracks)


def _earlier(cohort: Cohort) -> list[tuple[int, str]]:
    """The last cohorts that began before this one and had fellows, the oldest first.

    Fellows are looked for cohort by cohort, so that nobody reads those of all cohorts to find a few.
    """
    before = tuple_(Cohort.starts_on, Cohort.id) < tuple_(cohort.starts_on, cohort.id)
    taken = select(literal(value=True)).where(Fellowship.cohort_id == Cohort.id, Fellowship.stage.in_(TAKEN))
    had_fellows = func.coalesce(taken.limit(1).correlate(Cohort).scalar_subquery(), false())
    query = select(Cohort.id, Cohort.name).where(before, had_fellows)
    query = query.order_by(Cohort.starts_on.desc(), Cohort.id.desc()).limit(EARLIER)
    return [(cohort_id, name) for cohort_id, name in db.session.execute(query)][::-1]


def _counts(cohort_ids: Sequence[int], names: dict[str, str]) -> Mapping[int, Counts]:
    """The fellows of each cohort by track. Names that are not known yet are added to `names`."""
    place = places_of(cohort_ids)
    taken = and_(place.c.track_id == Track.id, place.c.stage.in_(TAKEN))
    query = select(Track.cohort_id, Track.name, func.coalesce(func.sum(place.c.weight), 0))
    query = query.outerjoin(place, taken).where(Track.cohort_id.in_(cohort_ids))
    query = query.group_by(Track.cohort_id, Track.position, Track.name).order_by(
        Track.cohort_id, Track.position
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for cohort_id, name, weight in db.session.execute(query):
        names.setdefault(fold(name), name)
        found[cohort_id][fold(name)] = weight
    return found


def _cell(counts: Counts, key: str) -> tuple[float | None, str]:
    if key not in counts:
        return None, NO_TRACK
    share = counts[key] / sum(counts.values())
    return 100 * share, f"{per_cent(share)} ({as_number(counts[key])})"


def _aim(aim: float | None) -> tuple[float | None, str]:
    return (None, NO_TRACK) if aim is None else (100 * aim, per_cent(aim))
