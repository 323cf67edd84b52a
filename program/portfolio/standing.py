"""How cohorts stand: their portfolios with what is off target in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from program.cohorts.models import OVER, Cohort
from program.portfolio.advice import Advice, advise
from program.portfolio.figures import Basis, Portfolio, bases_of
from program.portfolio.queries import list_in_view, list_portfolios


@dataclass(frozen=True, slots=True)
class Standing:
    """A cohort against its targets, what it can be measured by, and what would mend it while it is not over."""

    cohort: Cohort
    portfolio: Portfolio
    bases: Sequence[Basis]
    advice: Sequence[Advice]

    @property
    def is_over(self) -> bool:
        """Whether nothing can be mended any more."""
        return self.cohort.state in OVER


def standing_of(cohort: Cohort, portfolio: Portfolio) -> Standing:
    """How one cohort stands."""
    bases = bases_of(cohort.state, portfolio.whole)
    return Standing(cohort, portfolio, bases, advise(portfolio.lines, bases))


def list_standings(now: datetime) -> list[Standing]:
    """How the cohorts in view stand, the current one first."""
    cohorts = list_in_view(now)
    portfolios = list_portfolios(cohorts)
    return [standing_of(cohort, portfolios[cohort.id]) for cohort in cohorts]
