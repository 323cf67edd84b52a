"""Staff keep a mail back, let it go, and send one again that failed."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from program import clock
from program.extensions import db
from program.notices.models import Notice, NoticeState
from tests.browser.outgoing import post_acceptance, received, settled, ticked
from tests.browser.visits import Complaints

pytestmark = pytest.mark.browser
FELLOW, STAFF = "Kwame Boadu", "Ruth Calloway"
HOUR = timedelta(hours=1)


def put(programme, notice_id, **values):
    """The message as a test wants it to stand."""
    with programme.inside():
        db.session.query(Notice).filter_by(id=notice_id).update(values)
        db.session.commit()


def press(page, name, said):
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(said)).to_be_visible()


def test_staff_hold_a_mail_let_it_go_and_send_one_again(door):
    with door.programme.inside():
        notice = post_acceptance(FELLOW, due_at=clock.now() + timedelta(days=40))
        notice.not_before = clock.now() + HOUR
        db.session.commit()
        notice_id, message_id = notice.id, notice.message_id
    with door.open(STAFF) as page:
        complaints = Complaints(door.programme.address)
        complaints.watch(page)
        page.goto("/notices/coming")
        page.get_by_role("row", name=FELLOW).get_by_text("Report accepted").first.wait_for()
        page.goto(f"/notices/{notice_id}")
        press(page, "Hold", "Held: it does not go out")
        put(door.programme, notice_id, not_before=clock.now() - HOUR)
        with door.programme.inside():
            ticked()
        assert received(door.programme, message_id) == [], "its time came while it was held"
        press(page, "Release", "Released: it goes out")
        with door.programme.inside():
            assert settled(message_id) is NoticeState.SENT
        assert len(received(door.programme, message_id)) == 1
        put(door.programme, notice_id, state=NoticeState.FAILED, last_error="552 full", failed_at=clock.now())
        page.goto("/notices?state=failed")
        page.locator(f"main a[href='/notices/{notice_id}']").click()
        expect(page.get_by_text("552 full")).to_be_visible()
        press(page, "Send again", "It is sent again within a minute.")
        with door.programme.inside():
            assert settled(message_id) is NoticeState.SENT
        assert len(received(door.programme, message_id)) == 2
        assert (complaints.said, complaints.strangers) == ([], [])
