"""The mentor pool against the tracks of a cohort."""

from sqlalchemy import select

from program.extensions import db
from program.mentors.models import Mentor


def test_a_person_can_stand_in_the_pool_without_an_account(app):
    db.session.add_all([Mentor(name="One"), Mentor(name="Two")])
    db.session.flush()
    assert db.session.scalars(select(Mentor.account_id)).all() == [None, None]
