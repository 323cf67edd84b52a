"""What rows about fellows are held against: the cohort's tracks, places and research managers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from program.access import Role
from program.accounts.models import Account
from program.accounts.queries import has_role
from program.cohorts.models import Cohort, Track
from program.extensions import db
from program.fellows.models import Assignment, Fellowship, Leave
from program.folding import fold


@dataclass(frozen=True)
class Roster:
    """The tracks by folded name, the places by account, the managers by what they go by, and what is tied to days."""

    cohort: Cohort
    tracks: Mapping[str, Track]
    places: Mapping[int, Fellowship]
    managers: Mapping[str, Sequence[Account]]
    tied: Mapping[int, tuple[date, date]]

    def track(self, name: str) -> Track:
        """The track of this name. Raises ValueError with words for people."""
        found = self.tracks.get(fold(name))
        if found is None:
            there = ", ".join(track.name for track in self.cohort.tracks) or "none yet"
            raise ValueError(f"{self.cohort.name} has no track “{name}”. Please write one of: {there}.")
        return found

    def manager(self, name: str) -> Account:
        """The research manager of this name or address. Raises ValueError with words for people."""
        found = self.managers.get(fold(name), ())
        if len(found) != 1:
            why = "several research managers are" if found else "no research manager is"
            raise ValueError(f"{why} called “{name}”: please give an address that is known under People.")
        return found[0]


def read_roster(cohort: Cohort) -> Roster:
    """All of it, by a few statements."""
    loads = [
        joinedload(Fellowship.track),
        joinedload(Fellowship.second_track),
        joinedload(Fellowship.research_manager),
    ]
    places = db.session.scalars(select(Fellowship).filter_by(cohort_id=cohort.id).options(*loads))
    managers: dict[str, list[Account]] = {}
    for account in db.session.scalars(select(Account).where(has_role(Role.RESEARCH_MANAGER))):
        for key in {fold(account.name), fold(account.email)}:
            managers.setdefault(key, []).append(account)
    return Roster(
        cohort,
        {fold(track.name): track for track in cohort.tracks},
        {place.account_id: place for place in places},
        managers,
        _read_tied(cohort),
    )


def _read_tied(cohort: Cohort) -> dict[int, tuple[date, date]]:
    """The first and the last day on which anything of a fellowship lies, where anything does."""
    tied: dict[int, tuple[date, date]] = {}
    for model in (Assignment, Leave):
        last = func.max(func.coalesce(model.ends_on, model.starts_on))
        query = select(model.fellowship_id, func.min(model.starts_on), last).group_by(model.fellowship_id)
        query = query.join(model.fellowship).where(Fellowship.cohort_id == cohort.id)
        for key, first, end in db.session.execute(query):
            before = tied.get(key, (first, end))
            tied[key] = (min(first, before[0]), max(end, before[1]))
    return tied
