"""The mentor pool against the tracks of a cohort."""

from sqlalchemy import select

from program.access import Role
from program.cohorts.models import Track
from program.extensions import db
from program.mentors.models import EngagementStage, Mentor
from program.mentors.queries import list_track_seats
from tests.factories import make_account, make_cohort, make_engagement, make_mentor


def test_seats_are_those_of_confirmed_mentors(app):
    cohort = make_cohort(tracks=("Interpretability", "Governance", "Evaluations"))
    stages = [
        ("Interpretability", EngagementStage.CONFIRMED, 3),
        ("Interpretability", EngagementStage.CONFIRMED, 2),
        ("Interpretability", EngagementStage.DECLINED, 5),
        ("Governance", EngagementStage.CONTACTED, 4),
    ]
    for number, (track, stage, seats) in enumerate(stages):
        mentor = make_mentor(make_account(name=f"Mentor {number}", roles=[Role.MENTOR]))
        make_engagement(mentor, cohort, track=track, stage=stage, seats=seats)
    names = dict(db.session.execute(select(Track.id, Track.name)).all())
    lines = {names[line.track_id]: line[1:] for line in list_track_seats(cohort.id)}
    assert lines == {"Interpretability": (3, 2, 5), "Governance": (1, 0, 0), "Evaluations": (0, 0, 0)}


def test_seats_of_another_cohort_do_not_count(app):
    summer, winter = make_cohort(), make_cohort(name="Winter 26")
    mentor = make_mentor(make_account(name="Mentor", roles=[Role.MENTOR]))
    make_engagement(mentor, winter, track="Governance")
    assert sum(line.engaged for line in list_track_seats(summer.id)) == 0
    assert sum(line.engaged for line in list_track_seats(winter.id)) == 1


def test_a_person_can_stand_in_the_pool_without_an_account(app):
    db.session.add_all([Mentor(name="One"), Mentor(name="Two")])
    db.session.flush()
    assert db.session.scalars(select(Mentor.account_id)).all() == [None, None]
