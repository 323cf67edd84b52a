"""Every mail says the same as text and as HTML: why it came, what to do, until when; and is read by day and night."""

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from flask import current_app

from program.delivery.letters import letter
from program.delivery.reminding import Owed
from program.extensions import db
from program.notices.models import Notice, NoticeKind
from program.notices.topics import TOPICS, topic_of
from program.obligations.queries import list_owed_by_any
from tests.delivery.conftest import desk, office, relay, remind, sender
from tests.delivery.test_mails import CAUSES, EACH_KIND, LINKS, parts, send_one
from tests.factories import NOW, make_report

__all__ = ["desk", "office", "relay", "send_one", "sender"]
WORD = re.compile(r"\w+")
TIME = re.compile(
    r"\d\d:\d\d (?:BST|EDT|CEST|UTC)|There is no deadline|Nothing more is due|nothing is to be done"
)
"""What says until when: a time in the reader's zone, or that there is none."""
LATE = {
    NoticeKind.REVIEWS_OVERDUE: "They are late already",
    NoticeKind.ANNOUNCEMENT: "Bring <your> questions",
}
"""What says so otherwise; of a message from staff they say it."""
AA = 4.5
"""Contrast of text (WCAG 2.2, 1.4.3)."""
DARK = re.compile(r"^(.*?) \{ (.*?) \}\r?$", re.MULTILINE)


def words(text):
    """How often each word stands in a text, without its links and rules."""
    return Counter(WORD.findall(re.sub(r"https?://\S+|[=-]{3,}", " ", text)))


def said(page):
    """The words of the HTML, as they are read."""
    return words(page.body.get_text(" "))


@EACH_KIND
def test_text_and_html_have_the_same_words(cast, send_one, kind):
    CAUSES[kind][0](cast)
    text, page = parts(send_one(kind)[0])
    assert words(text) == said(page)


@EACH_KIND
def test_it_says_why_what_to_do_and_until_when_with_one_button(cast, send_one, kind):
    CAUSES[kind][0](cast)
    mail, _account = send_one(kind)
    text, page = parts(mail)
    [button] = page.select("a.button")
    assert text.count("You get this because") == 1
    assert f"{button.get_text()}: {button['href']}" in text
    assert TIME.search(text) or LATE[kind] in text


@EACH_KIND
def test_what_may_be_done_without_is_ended_from_within_it_and_nothing_else(cast, send_one, client, kind):
    CAUSES[kind][0](cast)
    mail, account = send_one(kind)
    text, page = parts(mail)
    notice = db.session.query(Notice).filter_by(message_id=mail["Message-ID"]).one()
    optional = topic_of(notice).is_optional
    links = {one.get_text(): one["href"] for one in page.find_all("a")}
    assert ("Choose which mails you get" in links) == (account.joined_at is not None)
    assert ("Stop mails like this" in links) == ("Stop mails like this" in text) == optional
    if not optional:
        assert mail["List-Unsubscribe"] is mail["List-Unsubscribe-Post"] is None
        return
    assert mail["List-Unsubscribe"] == f"<{links['Stop mails like this']}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = links["Stop mails like this"].removeprefix(site())
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    db.session.refresh(account)
    assert account.muted == [topic_of(notice).value]


def site():
    return str(current_app.extensions["settings"].public_url).rstrip("/")


def test_every_kind_is_about_something():
    assert set(TOPICS) | {NoticeKind.REMINDER} == set(NoticeKind)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(style):
    return dict(re.findall(r"(?:^|[;\s])(color|background): ?(#[0-9a-f]{6})", style))


def faint(page):
    """The texts that are hard to read, by day or by night: each with the colours that it has."""
    night = {rule: colours(style) for rule, style in DARK.findall(page.style.string) if "#" in style}
    found = []
    for element in [*page.body.find_all(style=re.compile("color:")), page.body]:
        by_day = colours(page.body["style"]) | colours(element["style"])
        by_night = dict(night["body"])
        for rule, own in night.items():
            if element in page.select(rule):
                by_night |= own
        found += [
            (element.get_text(), one)
            for one in (by_day, by_night)
            if contrast(one["color"], one["background"]) < AA
        ]
    return found


@pytest.mark.parametrize("kind", [NoticeKind.DIGEST, NoticeKind.REPORT_ACCEPTED, NoticeKind.SIGN_IN_LINK])
def test_its_colours_hold_by_day_and_by_night(cast, send_one, kind):
    CAUSES[kind][0](cast)
    _text, page = parts(send_one(kind)[0])
    assert faint(page) == []
    assert len(page.find_all(style=re.compile("color:"))) >= LINKS.get(kind, 1) + 2
    for link in page.find_all("a"):
        assert "color:" in link["style"]
    dimmed = BeautifulSoup(
        str(page).replace("#a4a9b4", "#34393f").replace("#5a5f68", "#9a9fa8"), "html.parser"
    )
    assert len(faint(dimmed)) >= 2


@pytest.fixture
def reminded(cast):
    """Writes the one mail of several reminders."""

    def write(own, others):
        remind(cast.fellow, number=1)
        notice = db.session.query(Notice).filter_by(kind=NoticeKind.REMINDER).one()
        with current_app.test_request_context():
            return letter("reminder", notice, NOW, obligations=own, others=others)

    return write


@pytest.fixture
def owed(cast):
    """What the fellow and the mentor owe, the most urgent first."""
    make_report(cast.other_fellowship, number=2)
    found = list_owed_by_any({cast.fellow.id, cast.mentor.id}, now=NOW)
    return sorted(found, key=lambda one: one.due_at)


def test_several_reminders_are_one_mail_with_one_button_for_the_most_urgent(reminded, owed):
    mail = reminded(owed[:3], [])
    page = BeautifulSoup(mail.html, "html.parser")
    assert mail.subject.startswith("You owe 3 things: the first was due ")
    assert words(mail.text) == said(page)
    assert [item.strong.get_text() for item in page.select("li")] == [one.title for one in owed[:3]]
    [button] = page.select("a.button")
    assert button["href"] == site() + owed[0].url
    assert all(item.a["href"] == site() + one.url for item, one in zip(page.select("li"), owed, strict=False))


def test_what_others_owe_is_said_with_their_names(reminded, owed):
    alone = reminded([], [Owed("Amara O.", owed[0])])
    beside = reminded(owed[:1], [Owed("Amara O.", owed[0]), Owed("Kwame B.", owed[1])])
    assert alone.subject.startswith(f"Amara O. owes {owed[0].title}: was due ")
    assert f"Amara O. owes {owed[0].title}: it was due " in alone.text
    assert "Others owe 2 things, too:" in beside.text
    for mail in (alone, beside):
        assert words(mail.text) == said(BeautifulSoup(mail.html, "html.parser"))
        assert len(BeautifulSoup(mail.html, "html.parser").select("a.button")) == 1
