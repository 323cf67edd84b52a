"""What the mails say, and how they go over the wire."""

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from bs4 import BeautifulSoup
from flask import current_app

from program.access import Role
from program.announcements.models import Destination
from program.answering.services import send_answers
from program.assignments.rules import Wish
from program.assignments.services import assign_mentor
from program.bounces.models import Why
from program.bounces.services import suppress
from program.coaching.services import hand_over
from program.cohorts.models import PeriodKind
from program.commenting.services import add_comments
from program.digests.services import sweep_digests
from program.extensions import db
from program.fellows.models import AssignmentKind
from program.mail import Mail, compose
from program.notices.models import Notice, NoticeKind, SecurityChange
from program.notices.services import Message, post, tell_of_change
from program.postponing.changes import Deed
from program.postponing.changes import Wish as Postponed
from program.postponing.queries import find_change
from program.postponing.services import change_deadlines, decline_request
from program.preferences.hours import Pace
from program.reports.desks import get_coached_desk
from program.requesting.rules import Wanted
from program.requesting.services import ask_reports
from program.reviews.models import Verdict
from program.reviews.services import comment_on_report
from program.sign_in.services import request_link
from tests.delivery.conftest import remind
from tests.factories import (
    NOW,
    make_account,
    make_announcement,
    make_assignment,
    make_cohort,
    make_concern,
    make_draft,
    make_drafted,
    make_extension_request,
    make_fellowship,
    make_funnel,
    make_invitation,
    make_notice,
    make_report,
    make_review,
    period_of,
)


@pytest.fixture
def send_one(sender, office):
    """Send all that is pending; the one mail of this kind, and to whom it went."""

    def send(kind):
        sender.send()
        notice = db.session.query(Notice).filter_by(kind=kind).one()
        [mail] = [mail for mail in office.record.mails if mail["Message-ID"] == notice.message_id]
        return mail, notice.account

    return send


def sign_in_link(cast):
    request_link(cast.fellow.email, now=NOW)


def reminder(cast):
    remind(cast.fellow, number=1)


def report_submitted(cast):
    make_report(cast.fellowship)


def draft_handed_over(cast):
    make_drafted(cast.fellowship)


def commented(cast):
    make_draft(cast.fellowship)
    period = period_of(cast.cohort, 5).id
    desk = get_coached_desk(cast.manager, cast.fellowship.id, period, now=NOW)
    add_comments(desk, texts={"done": "Which layer?"}, actor=cast.manager, now=NOW)


def report_returned(cast):
    make_review(make_report(cast.fellowship), cast.mentor, verdict=Verdict.RETURN)


def report_accepted(cast):
    make_review(make_report(cast.fellowship), cast.mentor)


def report_commented(cast):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor)
    comment = {"comment": "Good.", "actor": cast.other_mentor, "now": NOW}
    make_assignment(cast.fellowship, cast.other_mentorship, kind=AssignmentKind.CO)
    comment_on_report(report, revision=report.revisions[-1], **comment)


def ask_answered(cast):
    report = make_report(cast.fellowship, asks="One?")
    make_review(report, cast.mentor)
    send_answers(report, answers={report.asks[0].id: "Yes."}, actor=cast.mentor, now=NOW)


def passkey_added(cast):
    tell_of_change(cast.fellow.id, SecurityChange.PASSKEY_ADD, now=NOW)


def invited(cast):
    make_invitation("ada@new.example", staff=cast.staff, cohort=cast.cohort)


def mentor_withdrawn(cast):
    """As one of those who are told of it has it."""
    step = make_funnel(cast.mentorship, make_cohort(name="Winter 26")).steps[0]
    place = make_fellowship(cast.fellow, step.engagement.cohort)
    make_assignment(place, cast.other_mentorship)
    kind, subject = NoticeKind.MENTOR_WITHDRAWN, ("engagement_step", step.id)
    post([Message(kind, cast.fellow.id, *subject, rung="fellow")], now=NOW)


def mentor_assigned(cast):
    """As the mentor has it: the fellow cannot sign in."""
    cast.fellow.joined_at = None
    wish = Wish(AssignmentKind.CO, NOW.date(), None)
    assign_mentor(cast.fellowship, cast.other_mentorship, wish=wish, anyway=True, actor=cast.staff, now=NOW)


def refused_more_time(cast):
    wish = make_extension_request(cast.fellowship)
    decline_request(wish, word="No.", actor=cast.staff, now=NOW)


def asked_for_a_report(cast):
    wanted = Wanted(PeriodKind.ON_REQUEST, NOW.date(), NOW.date() + 2 * timedelta(days=1), "the board visit")
    ids = [cast.fellowship.id]
    ask_reports(cast.cohort, wanted=wanted, fellowship_ids=ids, actor=cast.staff, now=NOW)


def extended(cast):
    wish = Postponed(Deed.EXTEND, period_of(cast.cohort, 5).id, frozenset({cast.fellowship.id}), days=3)
    seen = find_change(cast.cohort, wish).digest
    change_deadlines(cast.cohort, wish=wish, reason="Ill.", seen=seen, actor=cast.staff, now=NOW)


def handed_over(cast):
    """As the research manager has it: the fellow cannot sign in."""
    cast.fellow.joined_at = None
    to = make_account(name="Ivo Brandt", roles=[Role.RESEARCH_MANAGER])
    hand_over([cast.fellowship], cast.cohort, to=to, note="", actor=cast.staff, now=NOW)


def concern_raised(cast):
    make_concern(cast.fellowship, cast.fellow, cast.staff)


def announced(cast):
    """As the fellow has it: the other one cannot sign in."""
    cast.other_fellow.joined_at = None
    text = "The seminar is **at ten**.\n\nBring <your> questions."
    make_announcement(cast.cohort, cast.staff, text=text, leads_to=Destination.REPORTS, sent=True)


def digest(cast):
    cast.mentor.pace, cast.mentor.paced_at = Pace.DAILY, NOW - timedelta(days=3)
    report = make_report(cast.fellowship, at=NOW - timedelta(days=2), asks="Which layer?")
    report.revisions[-1].body |= {"done": "Ran the **probe**."}
    sweep_digests(now=NOW)


def review_overdue(cast):
    make_report(cast.fellowship, number=2, at=NOW - timedelta(days=12))
    sweep_digests(now=NOW)


def address_suppressed(cast):
    suppress(make_notice(cast.fellow), why=Why.BOUNCED, status="5.1.1", now=NOW)


CAUSES = {
    NoticeKind.ADDRESS_SUPPRESSED: (
        address_suppressed,
        "Amara Okafor gets no more mail",
        "A mail to Amara Okafor came back for good (5.1.1).",
    ),
    NoticeKind.ANNOUNCEMENT: (announced, "Friday's seminar", "Bring <your> questions. Ruth Calloway"),
    NoticeKind.DIGEST: (digest, "1 report waits for your answer", "Which layer?"),
    NoticeKind.REVIEWS_OVERDUE: (
        review_overdue,
        "1 review is 2 working days over the target",
        "Amara Okafor: report for week 2 (with Margit Vanders)",
    ),
    NoticeKind.SIGN_IN_LINK: (sign_in_link, "Your link to sign in", "until Wed 10 Jun, 13:10 BST"),
    NoticeKind.REMINDER: (reminder, "Report for week 2: was due Fri 22 May, 17:00 BST", "18 days ago"),
    NoticeKind.REPORT_SUBMITTED: (
        report_submitted,
        "Amara Okafor sent the report for week 5",
        "Mon 15 Jun, 08:00 EDT",
    ),
    NoticeKind.REPORT_RETURNED: (
        report_returned,
        "Your report for week 5 came back with a comment",
        "Margit Vanders",
    ),
    NoticeKind.REPORT_ACCEPTED: (report_accepted, "Your report for week 5 is accepted", "Margit Vanders"),
    NoticeKind.REPORT_COMMENTED: (
        report_commented,
        "Desmond Oyelaran wrote about your report for week 5",
        "It changes nothing that is owed.",
    ),
    NoticeKind.ASKS_ANSWERED: (
        ask_answered,
        "An ask of your report for week 5 answered",
        "Margit Vanders answered an ask of your report for week 5.",
    ),
    NoticeKind.INVITATION: (
        invited,
        "You are invited to the fellowship programme",
        "until Wed 24 Jun, 12:00 UTC",
    ),
    NoticeKind.MENTOR_WITHDRAWN: (
        mentor_withdrawn,
        "A mentor of yours has withdrawn",
        "Desmond Oyelaran is your mentor now",
    ),
    NoticeKind.NEW_MENTOR: (
        mentor_assigned,
        "You mentor Amara Okafor",
        "From 10 Jun 2026 you are a co-mentor of Amara Okafor in Summer 26.",
    ),
    NoticeKind.HAND_OVER: (
        handed_over,
        "1 fellow of Summer 26 handed over to you",
        "From now on you are research manager of Amara Okafor.",
    ),
    NoticeKind.REPORT_ASKED: (
        asked_for_a_report,
        "Report for the board visit: due Fri 12 Jun, 17:00 BST",
        "You are asked for a report beside the weekly ones",
    ),
    NoticeKind.EXTENSION_DECLINED: (
        refused_more_time,
        "Your report for week 5 is due as before",
        "stays as it is",
    ),
    NoticeKind.DEADLINE_CHANGED: (
        extended,
        "Report for week 5: due Mon 15 Jun, 17:00 BST",
        "the calendar says Fri 12 Jun, 17:00 BST",
    ),
    NoticeKind.DRAFT_HANDED_OVER: (
        draft_handed_over,
        "Your report for week 5 is drafted",
        "drafted it from your notes",
    ),
    NoticeKind.CONCERN: (concern_raised, "A concern was put to you", "acknowledge it within 2 days"),
    NoticeKind.COMMENTED: (
        commented,
        "Helena Strand commented on your report for week 5",
        "Only the two of you see it.",
    ),
    NoticeKind.SECURITY: (passkey_added, "How you sign in has changed", "a passkey was added"),
}
LINKS = {NoticeKind.DIGEST: 3}
"""How many links a mail has above its foot, where it is more than one."""
EACH_KIND = pytest.mark.parametrize("kind", NoticeKind)


def parts(mail):
    """The text on one line, and the HTML."""
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return " ".join(text.split()), BeautifulSoup(html, "html.parser")


@EACH_KIND
def test_it_says_what_has_happened_in_the_readers_zone(cast, send_one, kind):
    cause, subject, words = CAUSES[kind]
    cause(cast)
    mail, account = send_one(kind)
    text, page = parts(mail)
    assert mail["Subject"] == subject
    assert mail["To"] == f"{account.name} <{account.email}>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert text.startswith(f"Dear {account.name},")
    for version in (text, " ".join(page.get_text(" ").split())):
        assert words in version
        assert "You get this because" in version


@EACH_KIND
def test_its_link_is_whole_and_opens(cast, send_one, client_of, kind):
    CAUSES[kind][0](cast)
    mail, account = send_one(kind)
    text, page = parts(mail)
    site = str(current_app.extensions["settings"].public_url).rstrip("/")
    links = {link["href"] for link in page.find_all("a")}
    of_foot = (account.joined_at is not None) + (mail["List-Unsubscribe"] is not None)
    assert len(links) == text.count("http") == LINKS.get(kind, 1) + of_foot
    browser = client_of(account)
    for link in links:
        assert link.startswith(f"{site}/")
        assert link in text
        assert browser.get(link.removeprefix(site)).status_code == 200


@EACH_KIND
def test_it_needs_nothing_from_elsewhere(cast, send_one, kind):
    CAUSES[kind][0](cast)
    _text, page = parts(send_one(kind)[0])
    assert not page.find_all(["img", "script", "link", "iframe"])
    assert "url(" not in str(page)


def test_a_name_is_not_taken_for_html(cast, send_one):
    cast.fellow.name = "<b>Zoë</b> & Co"
    report_submitted(cast)
    mail, _account = send_one(NoticeKind.REPORT_SUBMITTED)
    text, page = parts(mail)
    assert mail["Subject"].startswith("<b>Zoë</b> & Co sent")
    assert text.count("<b>Zoë</b> & Co") == 1
    assert page.find("b") is None
    assert "<b>Zoë</b> & Co" in page.get_text()


def test_a_reminder_before_the_deadline_says_when_it_is_due(cast, sender, office):
    remind(cast.fellow, number=4)
    sender.send()
    [mail] = office.record.mails
    assert mail["Subject"] == "Report for week 5: due Fri 12 Jun, 17:00 BST"
    assert "is due Fri 12 Jun, 17:00 BST, in 2 days" in parts(mail)[0]


def letter(**changes):
    usual = {"to_name": "Zoë", "to_address": "zoe@people.example", "subject": "Week 5", "message_id": "<1@x>"}
    return compose(Mail(**{**usual, "text": "", "html": "", **changes}), sender="us@example.org", now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "plain\n",
        ".\n..\n.hidden\n",
        "ä" * 2_000,
        "x" * 5_000,
        "a\r\nb\rc\n",
        "\n\n.",
        "日本語 “quoted” …\n" * 50,
    ],
)
def test_any_text_arrives_as_it_was_written(cast, relay, office, text):
    mail = Mail("Zoë", "zoe@people.example", "Grüße", text, f"<p>{text}</p>", "<1@x>")
    assert relay.send(mail, before_handoff=lambda: True, now=NOW)
    [raw], [arrived] = office.record.raw, office.record.mails
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.splitlines())) <= 998
    assert arrived["Subject"] == "Grüße"
    assert arrived.get_body(("plain",)).get_content().splitlines() == text.splitlines()


@pytest.mark.parametrize("place", ["to_name", "to_address", "subject"])
@pytest.mark.parametrize("injected", ["a\nBcc: b@c.example", "a\r\nBcc: b@c.example", "a\rBcc: b@c.example"])
def test_nothing_can_be_added_to_the_head(place, injected):
    with pytest.raises(ValueError, match=r"CR or LF|carriage return"):
        letter(**{place: injected})


@pytest.mark.parametrize("place", ["to_name", "text", "html"])
def test_half_a_character_is_not_a_mail(place):
    with pytest.raises(ValueError, match="surrogates"):
        letter(**{place: "a\ud800b"})


def test_a_link_expires_as_it_says(cast, sender, office):
    sign_in_link(cast)
    sender.now += timedelta(minutes=9, seconds=59)
    assert sender.send() == 1
    assert "Wed 10 Jun, 13:10 BST" in parts(office.record.mails[0])[0]


@pytest.mark.parametrize(
    "words", ["Ω" * 300, "Grüße an alle " * 20, 'a "quoted" name, with a comma', "x " * 200]
)
def test_a_long_head_is_folded_and_read_as_it_was(words):
    raw = letter(to_name=words.strip(), subject=words.strip())
    mail = message_from_bytes(raw)
    name, address = parseaddr(mail["To"])
    assert mail.defects == []
    assert address == "zoe@people.example"
    for head in (name, mail["Subject"]):
        assert str(make_header(decode_header(head))) == words.strip()
    assert [line for line in raw.splitlines() if b"=?utf-8?" in line and len(line) > 100] == []
