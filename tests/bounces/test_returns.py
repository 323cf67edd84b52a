"""A mail that came back stops mail to its address; one that somebody made up changes nothing."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.bounces import services
from program.bounces.models import SuppressedAddress, Why
from program.bounces.returns import MOST_BYTES, read_returned
from program.bounces.services import take_return
from program.cli import cli
from program.extensions import db
from program.notices.models import Notice, NoticeKind, NoticeState
from tests.bounces.letters import bounce, complaint, report
from tests.factories import NOW, make_account, make_notice

FAILED, SENT = NoticeState.FAILED, NoticeState.SENT


def sent_to(account, *, number=1):
    """A message that the relay took."""
    notice = make_notice(account, subject=("report", number))
    notice.state, notice.handoff_at, notice.sent_at = SENT, NOW, NOW
    db.session.flush()
    return notice


@pytest.fixture
def sent(cast):
    return sent_to(cast.fellow)


def suppressed():
    return db.session.scalars(select(SuppressedAddress).order_by(SuppressedAddress.id)).all()


def told(kind=NoticeKind.ADDRESS_SUPPRESSED):
    return db.session.scalars(select(Notice.account_id).filter_by(kind=kind).order_by(Notice.id)).all()


def test_a_mail_that_came_back_for_good_stops_mail_to_its_address(cast, sent):
    colleague = make_account(name="Ada", roles=[Role.STAFF])
    raw = bounce(sent.message_id, sent.account.email.upper())
    assert take_return(raw, now=NOW) == 1
    assert (sent.state, sent.last_error) == (FAILED, "came back: 5.1.1 550 5.1.1 no such person here")
    [one] = suppressed()
    assert (one.address, one.why, one.status) == (cast.fellow.email, Why.BOUNCED, "5.1.1")
    assert (one.account_id, one.notice_id, one.at) == (cast.fellow.id, sent.id, NOW)
    assert told() == [cast.staff.id, colleague.id]
    [event] = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ADDRESS_SUPPRESS))
    assert (event.actor_id, event.subject_id) == (None, cast.fellow.id)


def test_what_came_back_twice_is_told_once(cast, sent):
    other = sent_to(cast.fellow, number=2)
    for notice in (sent, sent, other):
        take_return(bounce(notice.message_id, cast.fellow.email), now=NOW)
    assert other.state is FAILED
    assert (len(suppressed()), told()) == (1, [cast.staff.id])


def test_every_message_that_travelled_in_that_mail_failed_with_it(cast, sent):
    carried = sent_to(cast.fellow, number=2)
    carried.message_id = sent.message_id
    assert take_return(bounce(sent.message_id, cast.fellow.email), now=NOW) == 2
    assert (sent.state, carried.state) == (FAILED, FAILED)
    assert told() == [cast.staff.id]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_a_complaint_stops_mail_too(cast, sent, named, whole):
    take_return(complaint(sent.message_id, cast.fellow.email, named=named, whole=whole), now=NOW)
    assert (sent.state, sent.last_error) == (FAILED, "the reader says that it was not wanted")
    assert [one.why for one in suppressed()] == [Why.COMPLAINED]


def test_a_mail_that_is_late_is_only_noted(cast, sent):
    raw = bounce(sent.message_id, cast.fellow.email, action="delayed", status="4.4.7")
    assert take_return(raw, now=NOW) == 1
    assert (sent.state, sent.last_error[:14]) == (SENT, "delayed: 4.4.7")
    assert (suppressed(), told()) == ([], [])


@pytest.mark.parametrize("status", ["4.4.7", "5.2.2", "5.7.1", "nonsense"])
def test_what_says_nothing_lasting_of_the_address_fails_that_mail_only(cast, sent, status):
    take_return(bounce(sent.message_id, cast.fellow.email, status=status), now=NOW)
    assert (sent.state, suppressed()) == (FAILED, [])


@pytest.mark.parametrize(
    "named",
    [
        lambda sent: {"head": "", "envelope": f"Original-Envelope-Id: {sent.message_id[1:-1]}\n"},
        lambda sent: {
            "original": f"Original-Recipient: rfc822;{sent.account.email}\n",
            "address": "x@y.example",
        },
    ],
    ids=["by its envelope", "passed on to another mailbox"],
)
def test_other_ways_to_name_the_mail(sent, named):
    given = {"address": sent.account.email} | named(sent)
    assert take_return(bounce(sent.message_id, **given), now=NOW) == 1
    assert sent.state is FAILED


FORGED = {
    "unknown mail": lambda sent, _cast: bounce("<guess@example.org>", sent.account.email),
    "no mail named": lambda sent, _cast: bounce("", sent.account.email, head=""),
    "somebody else's address": lambda sent, cast: bounce(sent.message_id, cast.staff.email),
    "nobody's address": lambda sent, _cast: bounce(sent.message_id, "x@y.example"),
    "no address": lambda sent, _cast: bounce(sent.message_id, ""),
    "delivered": lambda sent, _cast: bounce(sent.message_id, sent.account.email, action="delivered"),
    "no junk after all": lambda sent, _cast: complaint(sent.message_id, sent.account.email, kind="not-spam"),
    "no report": lambda sent, _cast: bounce(sent.message_id, sent.account.email).replace(
        b"/report", b"/mixed"
    ),
    "a plain mail": lambda sent, _cast: f"Message-ID: {sent.message_id}\r\n\r\n550 5.1.1".encode(),
    "nothing": lambda _sent, _cast: b"",
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_one_changes_nothing(cast, sent, forged):
    assert take_return(FORGED[forged](sent, cast), now=NOW) == 0
    assert (sent.state, sent.last_error, suppressed(), told()) == (SENT, "", [], [])


def test_nor_does_one_of_a_message_that_never_went_out(cast):
    notice = make_notice(cast.fellow)
    assert take_return(bounce(notice.message_id, cast.fellow.email), now=NOW) == 0
    assert (notice.state, suppressed()) == (NoticeState.PENDING, [])


def test_nor_one_of_an_address_that_the_person_no_longer_has(cast, sent):
    before, cast.fellow.email = cast.fellow.email, "new@people.example"
    db.session.flush()
    assert take_return(bounce(sent.message_id, before), now=NOW) == 0


def test_a_check_that_believes_any_address_is_caught(cast, sent, monkeypatch):
    """What the test of forged ones is there for."""
    monkeypatch.setattr(services, "list_sent_to", lambda _addresses, _ids: [sent])
    assert take_return(FORGED["somebody else's address"](sent, cast), now=NOW) == 1


def test_whatever_strangers_send_is_read_or_is_nothing(sent):
    good = bounce(sent.message_id, sent.account.email)
    cut = [good[:place] for place in range(0, len(good), 7)]
    nested = b"".join(
        b"Content-Type: multipart/report; boundary=%d\n\n--%d\n" % (depth, depth) for depth in range(3_000)
    )
    odd = [
        nested,
        b"\x00" * 10_000,
        good.replace(b"us-ascii", b"\xff\xfe"),
        good.replace(b"Action", "Äction".encode()),
        good.replace(b"Status:", b"Status: =?utf-8?q?=FF?=\r\n\t"),
        report("delivery-status", "\n" * 50_000, "x"),
        good.replace(
            b"Content-Type: message/", b"Content-Transfer-Encoding: base64\r\nContent-Type: message/"
        ),
        good + b"x" * 2 * MOST_BYTES,
    ]
    for raw in (*cut, *odd):
        assert len(read_returned(raw)) <= 1


def test_a_report_of_thousands_of_recipients_is_read_no_further_than_some(sent):
    one = "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n"
    assert len(read_returned(report("delivery-status", "Reporting-MTA: dns; x\n\n" + one * 2_000, "x"))) == 20


def test_the_command_takes_one_from_standard_input(app, cast, sent, monkeypatch):
    monkeypatch.setattr("program.cli.create_app", lambda: app)
    raw = bounce(sent.message_id, cast.fellow.email)
    db.session.commit()
    ran = CliRunner().invoke(cli, ["take-return"], input=raw)
    assert (ran.exit_code, ran.output) == (0, "1 messages changed.\n")
    ran = CliRunner().invoke(cli, ["take-return"], input=b"Subject: I am away\n\nUntil Monday.\n")
    assert (ran.exit_code, ran.output) == (0, "0 messages changed.\n")
    assert db.session.get(Notice, sent.id).state is FAILED


@pytest.mark.parametrize("again", [timedelta(), timedelta(days=1)])
def test_the_same_address_is_told_of_again_after_it_was_let_go(cast, sent, again):
    """SQLite gives the number of the row that went to the next one."""
    take_return(bounce(sent.message_id, cast.fellow.email), now=NOW)
    services.lift_suppression(suppressed()[0], actor=cast.staff, now=NOW)
    later = NOW + timedelta(hours=1) + again
    take_return(bounce(sent_to(cast.fellow, number=2).message_id, cast.fellow.email), now=later)
    assert told() == [cast.staff.id] * 2
