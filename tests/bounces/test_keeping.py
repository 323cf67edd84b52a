"""An address without mail is kept no longer than other mails, and no longer than the person."""

from datetime import timedelta

from program.bounces.models import SuppressedAddress
from program.extensions import db
from program.retention.services import run_due
from tests.factories import NOW, make_invitation, make_suppressed


def kept(app, now):
    for _rows in run_due(app.extensions["settings"], now=now):
        db.session.commit()
    return db.session.query(SuppressedAddress).count()


def test_it_is_tried_again_after_a_year(app, cast):
    make_suppressed(cast.fellow)
    assert kept(app, NOW + timedelta(days=365)) == 1
    assert kept(app, NOW + timedelta(days=366, hours=1)) == 0


def test_it_goes_with_somebody_who_never_joined(app, cast):
    waiting = make_invitation("ada@new.example", "last@new.example", staff=cast.staff)
    make_suppressed(waiting.account, at=NOW + timedelta(days=100))
    assert kept(app, NOW + timedelta(days=110)) == 0
