"""Staff see which addresses get no mail, and let it go there again."""

import pytest
from sqlalchemy import select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.bounces.models import SuppressedAddress, Why
from program.bounces.services import suppress
from program.extensions import db
from tests.bounces.test_returns import sent_to
from tests.factories import NOW, make_account, make_concern
from tests.pages import token_of, words

PAGE = "/mail/suppressed"


@pytest.fixture
def without(cast):
    """An address without mail."""
    suppress(sent_to(cast.fellow), why=Why.BOUNCED, status="5.1.1", now=NOW)
    db.session.commit()
    return db.session.scalars(select(SuppressedAddress)).one()


def lift(browser, one):
    token = token_of(browser, PAGE)
    return browser.post(f"{PAGE}/{one.id}/lift", data={"csrf_token": token})


def test_the_page_says_whose_and_why(cast, without, client_of):
    browser = client_of(cast.staff)
    text = words(browser.get(PAGE))
    assert f"Amara Okafor {cast.fellow.email}" in text
    assert "bounced" in text
    assert "5.1.1" in text
    assert "reminder" in text
    assert cast.fellow.email not in words(browser.get(f"{PAGE}?why=complained"))


def test_it_does_not_say_that_there_is_a_concern(cast, client_of):
    concern = make_concern(cast.fellowship, cast.fellow, cast.staff)
    notice = sent_to(cast.fellow)
    notice.subject_kind, notice.subject_id = "concern", concern.id
    suppress(notice, why=Why.BOUNCED, status="5.1.1", now=NOW)
    db.session.commit()
    assert "concern" not in words(client_of(cast.staff).get(PAGE)).replace("Your concerns", "").lower()


def test_let_go_again_and_written_down(cast, without, client_of):
    assert lift(client_of(cast.staff), without).status_code == 302
    assert db.session.query(SuppressedAddress).count() == 0
    [event] = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ADDRESS_LIFT))
    assert (event.actor_id, event.subject_id) == (cast.staff.id, cast.fellow.id)
    assert event.before == {"why": "bounced", "status": "5.1.1"}


def test_staff_do_not_let_go_of_those_who_run_the_programme(cast, client_of):
    """As with all that is changed of these: an administrator does."""
    colleague, other = (make_account(name=name, roles=[Role.STAFF]) for name in ("Ada", "Bo"))
    suppress(sent_to(colleague), why=Why.REFUSED, status="5.1.1", now=NOW)
    db.session.commit()
    one = db.session.scalars(select(SuppressedAddress)).one()
    browser = client_of(other)
    assert "Send there again" not in words(browser.get(PAGE))
    assert lift(browser, one).status_code == 403
    assert db.session.query(SuppressedAddress).count() == 1
