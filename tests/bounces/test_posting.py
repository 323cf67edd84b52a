"""Returned mail is taken only from who has the key, while it is fresh, and once."""

from datetime import timedelta

import pytest

from program.bounces import views
from program.bounces.models import TakenReturn
from program.bounces.returns import MOST_BYTES
from program.bounces.signing import is_signed, signature_of
from program.extensions import db
from program.notices.models import NoticeState
from tests.bounces.letters import bounce
from tests.bounces.test_returns import sent_to
from tests.factories import NOW

KEY = "a key that only we and the relay know"
MAIL = {"Content-Type": "message/rfc822", "Accept": "application/json"}


@pytest.fixture
def desk(app, cast, client, monkeypatch):
    """A message that went out, and a way to post its return, signed by this key at this moment."""
    given = app.extensions["settings"].model_copy(update={"returns_key": KEY})
    monkeypatch.setitem(app.extensions, "settings", given)
    notice = sent_to(cast.fellow)
    db.session.commit()
    raw = bounce(notice.message_id, cast.fellow.email)

    def post(body=raw, *, key=KEY, at=NOW, signed=raw, **headers):
        moment = str(int(at.timestamp()))
        signature = signature_of(signed, moment=moment, key=key)
        given = {"Fellowship-Timestamp": moment, "Fellowship-Signature": signature}
        return client.post("/mail/returns", data=body, headers=MAIL | given | headers)

    return post, notice


def test_a_signed_one_counts(desk):
    post, notice = desk
    answer = post()
    assert (answer.status_code, answer.json) == (200, {"changed": 1})
    assert notice.state is NoticeState.FAILED


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"key": "another"}, 403),
        ({"key": ""}, 403),
        ({"signed": b"another mail"}, 403),
        ({"at": NOW - timedelta(minutes=5, seconds=1)}, 403),
        ({"at": NOW + timedelta(minutes=5, seconds=1)}, 403),
        ({"Fellowship-Timestamp": "soon"}, 403),
        ({"Fellowship-Timestamp": ""}, 403),
        ({"Fellowship-Signature": ""}, 403),
        ({"Fellowship-Signature": "ü"}, 403),
        ({"body": b"x" * (MOST_BYTES + 1)}, 413),
    ],
)
def test_any_other_changes_nothing(desk, given, status):
    post, notice = desk
    assert post(**given).status_code == status
    assert notice.state is NoticeState.SENT


def test_one_that_is_posted_again_is_refused(desk):
    post, notice = desk
    assert [post().status_code, post().status_code] == [200, 409]
    notice.state = NoticeState.SENT
    db.session.commit()
    assert post().status_code == 409
    assert notice.state is NoticeState.SENT


def test_what_was_taken_is_remembered_for_as_long_as_its_signature_holds(desk):
    post, _notice = desk
    at = NOW + timedelta(minutes=4)
    post(at=at)
    [kept] = db.session.query(TakenReturn)
    signed = {"moment": str(int(at.timestamp())), "signature": kept.signature, "key": KEY}
    raw = bounce(_notice.message_id, _notice.account.email)
    assert is_signed(raw, **signed, now=NOW)
    assert not is_signed(raw, **signed, now=kept.expires_at)
    db.session.add(TakenReturn(signature="old", expires_at=NOW - timedelta(seconds=1)))
    db.session.commit()
    post(at=NOW)
    assert "old" not in [one.signature for one in db.session.query(TakenReturn)]


def test_without_a_key_there_is_nothing(app, desk, monkeypatch):
    post, _notice = desk
    none = app.extensions["settings"].model_copy(update={"returns_key": ""})
    monkeypatch.setitem(app.extensions, "settings", none)
    assert post(key="").status_code == 404


def test_a_desk_that_does_not_look_at_the_signature_is_caught(desk, monkeypatch):
    monkeypatch.setattr("program.bounces.services.is_signed", lambda *_raw, **_given: True)
    post, notice = desk
    assert post(key="another").status_code == 200
    assert notice.state is NoticeState.FAILED


def test_the_size_is_bounded_before_it_is_read():
    assert views.take.largest_body == MOST_BYTES
