"""A fellow sets quiet hours, and ends mails from within one, as it came over SMTP."""

import re
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from program import clock
from program.extensions import db
from program.notices.models import NoticeState
from tests.browser.outgoing import post_acceptance, received, settled
from tests.browser.visits import PHONE, Complaints

pytestmark = pytest.mark.browser
FELLOW = "Kwame Boadu"
ABOUT = "Accepted reports"


def tell_of_acceptance(programme, day):
    """One more mail about a report of theirs that was accepted; its Message-ID and what became of it."""
    with programme.inside():
        notice = post_acceptance(FELLOW, due_at=clock.now() + timedelta(days=day))
        db.session.commit()
        return notice.message_id, settled(notice.message_id)


def choose(page, *, wants):
    page.goto("/account/mail")
    page.get_by_label(ABOUT).set_checked(wants)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Mails that wait")).to_be_visible()


def test_a_fellow_sets_quiet_hours(door):
    with door.open(FELLOW, viewport=PHONE) as page:
        complaints = Complaints(door.programme.address)
        complaints.watch(page)
        page.goto("/account")
        page.get_by_role("link", name="Your mails").click()
        page.get_by_label("Mail comes from").select_option("21:00")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("Choose a later hour")
        complaints.forget()
        page.get_by_label("Mail comes from").select_option("10:00")
        page.get_by_label("Until").select_option("16:00")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved. Mails that wait")).to_be_visible()
        expect(page.get_by_label("Mail comes from")).to_have_value("10")
        expect(page.get_by_label("Until")).to_have_value("16")
        assert (complaints.said, complaints.strangers) == ([], [])


def test_mails_are_ended_from_within_one_by_a_mail_program_and_by_hand(door):
    first, state = tell_of_acceptance(door.programme, day=1)
    [mail] = received(door.programme, first)
    assert (state, mail["List-Unsubscribe-Post"]) == (NoticeState.SENT, "List-Unsubscribe=One-Click")
    url = mail["List-Unsubscribe"].removeprefix("<").removesuffix(">")
    sent = mail["List-Unsubscribe-Post"].encode()
    with urlopen(Request(url, data=sent)) as answer:
        assert (answer.status, answer.url) == (200, url)
    second, state = tell_of_acceptance(door.programme, day=2)
    assert (state, received(door.programme, second)) == (NoticeState.CANCELLED, [])
    with door.open(FELLOW) as page:
        page.goto("/account/mail")
        expect(page.get_by_label(ABOUT)).not_to_be_checked()
        choose(page, wants=True)
        third, state = tell_of_acceptance(door.programme, day=3)
        [mail] = received(door.programme, third)
        [link] = re.findall(r"Stop mails like this: (\S+)", mail.get_body(("plain",)).get_content())
        with door.open(viewport=PHONE) as stranger:
            stranger.goto(link)
            stranger.get_by_role("button", name="Stop mails like this").click()
            expect(stranger.get_by_text("You get no more mails about this")).to_be_visible()
        page.goto("/account/mail")
        expect(page.get_by_label(ABOUT)).not_to_be_checked()
        choose(page, wants=True)
