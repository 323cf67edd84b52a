"""What those who are told of a withdrawal read: each their own part of it."""

from sqlalchemy import select

from program.extensions import db
from program.mentors.models import Engagement
from program.succession.services import withdraw_mentor
from program.succession.words import news_for
from tests.delivery.conftest import desk, office, relay, sender
from tests.factories import NOW, make_report
from tests.scenarios import more_fellows

__all__ = ["desk", "office", "relay", "sender"]


def text_of(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def test_each_hears_of_what_is_theirs(cast, sender, office):
    [second] = more_fellows(cast, 1)
    second.account.name = "Ben <b>Marsh</b>"
    second.research_manager_id = None
    make_report(cast.fellowship, number=5)
    engagement = db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()
    heirs = {place.id: cast.other_mentorship.id for place in (cast.fellowship, second)}
    withdraw_mentor(engagement, reason="New job.", heirs=heirs, actor=cast.staff, now=NOW)
    sender.send()
    mails = {
        mail["To"].addresses[0].addr_spec: mail
        for mail in office.record.mails
        if "submitted" not in mail["Subject"]
    }
    said = {to: text_of(mail) for to, mail in mails.items()}
    gone = "Margit Vanders has withdrawn from Summer 26"
    fellow = said[cast.fellow.email]
    assert f"{gone} and does not see your reports any more. Desmond Oyelaran is your mentor now" in fellow
    assert "Marsh" not in fellow
    follows = f"{gone}. From now on you mentor Amara Okafor, Ben <b>Marsh</b>. Reports that wait for your answer: 1."
    assert follows in said[cast.other_mentor.email]
    assert f"{gone}. Handed over: Amara Okafor to Desmond Oyelaran." in said[cast.manager.email]
    both = "Amara Okafor to Desmond Oyelaran, Ben <b>Marsh</b> to Desmond Oyelaran."
    assert f"{gone}. Handed over: {both}" in said[cast.staff.email]
    assert not any("New job" in text for text in said.values())
    html = mails[cast.staff.email].get_body(("html",)).get_content()
    assert "<b>Marsh" not in html
    assert "&lt;b&gt;Marsh" in html


def test_where_nobody_follows_that_is_said():
    people = {"mentor": "Margit Vanders", "cohort": "Summer 26", "fellows": []}
    assert news_for("fellow", **people).said == (
        "Margit Vanders has withdrawn from Summer 26 and does not see your reports any more."
        " The people who run the programme tell you who follows."
    )
    assert (
        news_for("staff", **people).said
        == "Margit Vanders has withdrawn from Summer 26. No fellow was theirs."
    )
