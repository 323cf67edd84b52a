"""How many went on: counted from steps, so that who went back or dropped out counts where they came to."""

from itertools import count

from sqlalchemy import delete

from program.extensions import db
from program.mentors.conversion import count_reached, together
from program.mentors.models import EngagementStage, EngagementStep
from tests.factories import make_cohort, make_funnel, make_prospect, track_of

IDENTIFIED, CONTACTED, INTERESTED, CONFIRMED, DECLINED, WITHDRAWN = EngagementStage
UP = (IDENTIFIED, CONTACTED, INTERESTED, CONFIRMED)
NUMBERS = count()


def walked(cohort, *stages, times=1, track="Governance"):
    for _ in range(times):
        make_funnel(make_prospect(name=f"Mentor {next(NUMBERS)}"), cohort, *stages, track=track)


def reached_on(cohort, track):
    return count_reached(cohort.id)[track_of(cohort, track).id]


def test_the_governance_mentors_of_summer_2024(app):
    """25 researchers contacted, 4 confirmed: ../shared/facts, from a public comment thread."""
    cohort = make_cohort(name="Summer 24")
    walked(cohort, *UP, times=4)
    walked(cohort, IDENTIFIED, CONTACTED, times=13)
    walked(cohort, IDENTIFIED, CONTACTED, DECLINED, times=8)
    reached = reached_on(cohort, "Governance")
    assert reached.passage(CONTACTED, CONFIRMED) == "4 of 25 contacted confirmed, 6 to 35 %"
    assert reached.passage(IDENTIFIED, CONTACTED) == "25 of 25 identified contacted, 87 to 100 %"


def test_who_went_back_or_dropped_out_counts_where_they_came_to(app):
    cohort = make_cohort()
    walked(cohort, *UP, WITHDRAWN)
    walked(cohort, *UP[:3], CONTACTED)
    walked(cohort, IDENTIFIED, DECLINED)
    walked(cohort, *UP, INTERESTED)
    assert dict(reached_on(cohort, "Governance").counts) == {
        IDENTIFIED: 4,
        CONTACTED: 3,
        INTERESTED: 3,
        CONFIRMED: 2,
    }


def test_who_was_brought_in_at_a_stage_has_passed_those_before(app):
    cohort = make_cohort()
    walked(cohort, CONFIRMED)
    assert list(reached_on(cohort, "Governance").counts.values()) == [1, 1, 1, 1]


def test_tracks_are_counted_apart_and_together_and_other_cohorts_not(app):
    cohort, other = make_cohort(), make_cohort(name="Winter 26")
    walked(cohort, *UP)
    walked(cohort, IDENTIFIED, CONTACTED, track="Interpretability")
    walked(other, *UP, times=3)
    found = count_reached(cohort.id)
    assert together([*found.values()]).passage(CONTACTED, CONFIRMED).startswith("1 of 2 contacted confirmed")
    assert len(found) == 2


def test_nobody_is_counted_as_nobody(app):
    assert count_reached(make_cohort().id) == {}
    assert together([]).passage(CONTACTED, CONFIRMED) == "0 of 0 contacted confirmed"


def test_counting_who_stands_there_now_would_be_caught(app):
    """By their present stage alone, who withdrew had never been confirmed: the proofs above stand on the steps."""
    cohort = make_cohort()
    walked(cohort, *UP, WITHDRAWN)
    assert reached_on(cohort, "Governance").counts[CONFIRMED] == 1
    db.session.execute(delete(EngagementStep))
    assert reached_on(cohort, "Governance").counts[CONFIRMED] == 0
