"""Whatever people type, a mail has the heads that we wrote, one recipient, and one subject, as it was meant."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from sqlalchemy import select, update

from program import mail as writer
from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.extensions import db, limiter
from program.invitations.services import invitation_url
from program.mail import Mail, compose
from program.notices.models import Notice, NoticeKind, NoticeState, SecurityChange
from program.notices.services import tell_of_change
from program.reviews.models import Verdict
from program.surveys.models import Survey
from tests.databases import undone
from tests.delivery.conftest import desk, office, relay, remind, sender
from tests.factories import NOW, make_invitation, make_report, make_review, make_wave
from tests.pages import filled, find_form, read, token_of
from tests.security.payloads import MAIL

pytestmark = pytest.mark.one_database

__all__ = ["desk", "office", "relay", "sender"]
HEADS = ["From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "MIME-Version", "Content-Type"]
ENDED_BY = ["List-Unsubscribe", "List-Unsubscribe-Post"]
"""The heads beside them of a mail that may be done without."""
LONGEST = 998
"""Characters of a line of a mail (RFC 5322, 2.1.1)."""
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
KINDS = {
    NoticeKind.SIGN_IN_LINK: "Your link to sign in",
    NoticeKind.REMINDER: "Report for week 4: was due Fri 5 Jun",
    NoticeKind.REPORT_RETURNED: "Your report for week 3 came back with a comment",
    NoticeKind.REPORT_ACCEPTED: "Your report for week 2 is accepted",
    NoticeKind.SECURITY: "How you sign in has changed",
    NoticeKind.INVITATION: "You are invited to the fellowship programme",
}
"""The subjects that hold no words of people, or how they begin."""


def read_as(words):
    """A head as people are shown it."""
    return str(make_header(decode_header(words)))


def one_line(words):
    """Words as a head holds them."""
    return " ".join(words.split())


def faults(raw, recipients, *, to, subject):
    """What is in the head, or on the envelope, of a mail to this person besides what is meant to be there."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
    lines = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    fields = [line.partition(": ") for line in lines]
    shown = {name: value for name, _colon, value in fields}
    found = [
        f"heads {names}"
        for names in [[name for name, *_ in fields]]
        if names not in (HEADS, HEADS + ENDED_BY)
    ]
    found += [f"control {line!r}" for line in lines if CONTROL.search(line) or not line.isascii()]
    found += [f"too long {line!r}" for line in raw.split(b"\r\n") if len(line) > LONGEST]
    name, address = parseaddr(shown["To"])
    found += [f"to {name!r}"] if (read_as(name), address) != (one_line(to[0]), to[1]) else []
    found += [f"for {recipients}"] if recipients != [to[1]] else []
    found += [] if read_as(shown["Subject"]).startswith(subject) else [f"subject {shown['Subject']!r}"]
    return found + as_parsed(raw, address=to[1])


def as_parsed(raw, *, address):
    """What a mail program finds that takes every line and every address for what it looks like."""
    mail = message_from_bytes(raw, policy=policy.default)
    found = [f"defect {defect!r}" for defect in mail.defects]
    found += [f"heads {mail.keys()}"] if mail.keys() not in (HEADS, HEADS + ENDED_BY) else []
    people = [person.addr_spec for person in mail["To"].addresses]
    found += [f"to {people}"] if people != [address] else []
    return found + ([] if len([*mail.iter_parts()]) == 2 else ["parts"])


def arrived(office):
    """Each mail that came since the last time, and whom it was for."""
    record = office.record
    mails = [*zip(record.raw, record.recipients, strict=True)]
    record.raw.clear()
    record.recipients.clear()
    return mails


def subject_of(notice, fellow):
    if notice.kind is NoticeKind.REPORT_SUBMITTED:
        return f"{one_line(fellow.name)} sent the report for week"
    return KINDS[notice.kind]


def found_in(mails, fellow):
    """What is wrong with these mails, told by the messages they were written for; none may be for anybody else."""
    wrong = []
    for raw, recipients in mails:
        message_id = re.search(rb"^Message-ID: (.*)\r$", raw, re.MULTILINE)[1].decode()
        notice = db.session.scalars(select(Notice).filter_by(message_id=message_id)).one()
        to = (notice.account.name, notice.account.email)
        wrong += faults(raw, recipients, to=to, subject=subject_of(notice, fellow))
    return wrong


@pytest.fixture
def waiting(cast):
    """A pending message of every kind; the number of them."""
    make_review(make_report(cast.fellowship, number=2), cast.mentor)
    make_review(make_report(cast.fellowship, number=3), cast.mentor, verdict=Verdict.RETURN)
    remind(cast.fellow, number=1)
    tell_of_change(cast.fellow.id, SecurityChange.PASSKEY_ADD, now=NOW)
    make_wave(cast.cohort, staff=cast.staff)
    db.session.flush()
    return db.session.query(Notice).count()


class Desks:
    """The browsers of those who type, each with the forms that it has opened so far."""

    def __init__(self, cast, browsers):
        self.cast, self.browsers, self.forms = cast, browsers, {}

    def type(self, who, url, **typed):
        """The status of the answer to the form of this page, filled in like this."""
        limiter.reset()
        browser = self.browsers[who]
        if (who, url) not in self.forms:
            self.forms[who, url] = filled(find_form(read(browser.get(url)), url))
        return browser.post(url, data=self.forms[who, url] | typed).status_code


def own_name(desks, payload):
    yield desks.type("fellow", "/account", name=payload)
    yield desks.type("mentor", "/account", name=payload)
    yield desks.type("nobody", "/sign-in", email=desks.cast.fellow.email)


def name_at_joining(desks, payload):
    guest = desks.browsers["guest"] = desks.browsers["nobody"].application.test_client()
    typed = {"csrf_token": token_of(guest, "/sign-in"), "name": payload, "time_zone": "UTC"}
    yield guest.post(desks.way_in, data=typed).status_code
    yield desks.type("nobody", "/sign-in", email="ada@new.example")


def name_from_staff(desks, payload):
    for line in (
        f"{payload} <ada@new.example>",
        f'"{payload}" <bea@new.example>',
        f"cy@new.example;{payload}",
    ):
        yield desks.type("staff", "/people/invitations/new", people=line, roles="fellow")


def address_from_staff(desks, payload):
    for line in (payload, f"<ada@new.example{payload}>", f"bea{payload}@new.example"):
        yield desks.type("staff", "/people/invitations/new", people=line, roles="fellow")


def address_for_a_link(desks, payload):
    for address in (f"{desks.cast.fellow.email}{payload}", f"{payload}{desks.cast.fellow.email}"):
        yield desks.type("nobody", "/sign-in", email=address)


def address_at_erasing(desks, payload):
    email = f"{desks.cast.fellow.email}{payload}"
    yield desks.type("staff", f"/people/{desks.cast.fellow.id}/erase", email=email)


WAYS = [
    own_name,
    name_at_joining,
    name_from_staff,
    address_from_staff,
    address_for_a_link,
    address_at_erasing,
]


OTHERS = {"sqlite": [text for place, text in enumerate(MAIL) if place % 3], "postgresql": MAIL[::8]}
"""What goes through the ways that end in the same columns as the first."""


@pytest.fixture
def desks(cast, client, client_of):
    people = {who: client_of(getattr(cast, who)) for who in ("fellow", "mentor", "staff")}
    desks = Desks(cast, {"nobody": client} | people)
    invitation = make_invitation("ada@new.example", staff=cast.staff, cohort=cast.cohort)
    desks.way_in = "/join/" + invitation_url(invitation).rpartition("/")[2]
    return desks


@pytest.mark.parametrize("way", WAYS)
def test_nothing_typed_into_a_form_adds_to_the_head_of_a_mail(
    way, cast, waiting, desks, sender, office, backend, tally
):
    """All texts on one database: mails are written alike on the other, where some are enough."""
    sender.send() if way is not own_name else None  # only a name comes into the mails that wait already
    wrong, mails = found_in(arrived(office), cast.fellow), 0
    tried = MAIL[:: 8 if backend == "postgresql" else 1] if way is own_name else OTHERS[backend]
    for payload in tried:
        with undone():
            assert {*way(desks, payload)} <= {302, 422}
            sender.send()
            came = arrived(office)
            wrong += [(payload, fault) for fault in found_in(came, cast.fellow)]
            assert db.session.query(Notice).filter_by(state=NoticeState.FAILED).count() == 0
        mails += len(came)
        db.session.expire_all()
    assert wrong == []
    tally("texts for the head of a mail, by forms", len(tried))
    tally("mails read for what such texts add", mails)


COLUMNS = [(Account.name, Cohort.name, Survey.name), (Account.email,)]


def put(columns, payload, backend):
    """The text into the columns of every row, as no form would; PostgreSQL has no NUL."""
    text = payload.replace("\x00", "") if backend == "postgresql" else payload
    for column in columns:
        for row in db.session.scalars(select(column.class_.id)).all():
            unique = f"{row}{text}"[: column.type.length]
            db.session.execute(
                update(column.class_).where(column.class_.id == row).values({column.key: unique})
            )
    db.session.commit()
    db.session.expire_all()


@pytest.mark.parametrize("columns", COLUMNS, ids=["names", "addresses"])
def test_nothing_that_got_past_the_forms_adds_to_the_head_of_a_mail(
    columns, cast, waiting, sender, office, tally, backend
):
    """It goes out whole, or not at all and is counted as failed: nobody else gets it, and no other mail breaks."""
    wrong, went, tried = [], 0, MAIL[:: 1 if backend == "sqlite" else 4]
    for payload in tried:
        with undone():
            put(columns, payload, backend)
            sender.send()
            came = arrived(office)
            wrong += [(payload, fault) for fault in found_in(came, cast.fellow)]
            failed = db.session.scalars(select(Notice.last_error).filter_by(state=NoticeState.FAILED)).all()
            assert len(came) + len(failed) == waiting
            assert {error.partition(":")[0] for error in failed} <= {"not a mail"}
        went += len(came)
        db.session.expire_all()
    assert wrong == []
    assert went > 0 or columns == (Account.email,)
    tally("texts for the head of a mail, in columns", len(tried))
    tally("mails read for what such texts add", went)


@pytest.mark.parametrize("text", ["x" * 5_000, "x " * 2_500, "é" * 5_000, '"' * 3_000])
def test_a_head_that_is_too_long_is_folded_and_read_as_it_was(text):
    raw = compose(Mail(text, "a@b.example", text, "", "", "<1@x>"), sender="us@example.org", now=NOW)
    assert faults(raw, ["a@b.example"], to=(text.strip(), "a@b.example"), subject=text.strip()) == []


def test_a_mail_writer_that_looks_at_nothing_is_caught(cast, waiting, sender, office, monkeypatch, backend):
    monkeypatch.setattr(writer, "_words", lambda text, **_head: text)
    monkeypatch.setattr(writer, "formataddr", lambda pair: "{} <{}>".format(*pair))
    with undone():
        put([Account.name], "x\r\nBcc: all@evil.example", backend)
        sender.send()
        assert any("Bcc" in fault for fault in found_in(arrived(office), cast.fellow))


def test_a_second_recipient_and_a_text_that_reads_otherwise_are_caught():
    raw = compose(Mail("x", "a@b.example", "Week 5", "", "", "<1@x>"), sender="us@example.org", now=NOW)
    usual = {"to": ("x", "a@b.example"), "subject": "Week 5"}
    assert faults(raw, ["a@b.example"], **usual) == []
    assert faults(raw, ["a@b.example", "all@evil.example"], **usual) != []
    assert faults(raw.replace(b"To: x", b"To: =?utf-8?q?y?="), ["a@b.example"], **usual) != []
    assert faults(raw.replace(b"Subject: ", b"Subject: x\r\n\r\n"), ["a@b.example"], **usual) != []
    assert (
        faults(raw.replace(b"Subject:", b"Bcc: all@evil.example\r\nSubject:"), ["a@b.example"], **usual) != []
    )
