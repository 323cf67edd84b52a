"""A mentor, a research manager and a fellow are told that they have each other; nobody of what is not so."""

import pytest
from sqlalchemy import select

from program.access import Role
from program.assignments.rules import Wish
from program.assignments.services import assign_mentor, take_back_assignment
from program.clock import DAY
from program.coaching.services import hand_over
from program.extensions import db
from program.fellows.models import AssignmentKind, FellowshipStage
from program.notices.models import Notice, NoticeKind, NoticeState
from tests.factories import NOW, make_account
from tests.scenarios import more_fellows

TODAY = NOW.date()
BOTH = (NoticeKind.NEW_MENTOR, NoticeKind.HAND_OVER)


@pytest.fixture
def sent(sender, office):
    """Send all that is pending: the subject and the text of each mail, by address."""

    def send():
        sender.send()
        return {
            mail["To"].addresses[0].addr_spec: (
                mail["Subject"],
                " ".join(mail.get_body(("plain",)).get_content().split()),
            )
            for mail in office.record.mails
        }

    return send


@pytest.fixture
def successor(cast):
    return make_account(name="Ivo Brandt", roles=[Role.RESEARCH_MANAGER])


def assigned(cast, day=TODAY):
    wish = Wish(AssignmentKind.CO, day, None)
    who = {"actor": cast.staff, "now": NOW}
    return assign_mentor(cast.fellowship, cast.other_mentorship, wish=wish, anyway=True, **who)


def states():
    return db.session.scalars(select(Notice.state).where(Notice.kind.in_(BOTH))).all()


def test_mentor_and_fellow_are_told_of_each_other(cast, sent):
    assigned(cast, TODAY + DAY)
    mails = sent()
    subject, text = mails[cast.other_mentor.email]
    assert subject == "You mentor Amara Okafor"
    assert "From 11 Jun 2026 you are a co-mentor of Amara Okafor in Summer 26." in text
    subject, text = mails[cast.fellow.email]
    assert subject == "Desmond Oyelaran mentors you"
    assert "From 11 Jun 2026 Desmond Oyelaran is your co-mentor in Summer 26." in text
    assert len(mails) == 2


def test_what_was_taken_back_before_it_was_sent_is_not(cast, sent):
    assignment = assigned(cast, TODAY + DAY)
    take_back_assignment(assignment, actor=cast.staff, now=NOW)
    assert sent() == {}
    assert states() == [NoticeState.CANCELLED] * 2


def test_an_applicant_is_not_told_who_is_meant_to_mentor_or_coach_them(cast, successor, sent):
    cast.fellowship.stage = FellowshipStage.OFFERED
    assigned(cast)
    hand_over([cast.fellowship], cast.cohort, to=successor, note="", actor=cast.staff, now=NOW)
    assert set(sent()) == {successor.email}
    assert len(states()) == 1


def test_who_moved_back_to_applicant_before_it_was_sent_is_not_told(cast, successor, sent):
    assigned(cast)
    hand_over([cast.fellowship], cast.cohort, to=successor, note="", actor=cast.staff, now=NOW)
    cast.fellowship.stage = FellowshipStage.OFFERED
    assert set(sent()) == {successor.email}


def test_the_next_research_manager_gets_one_mail_of_all_and_each_fellow_one(cast, successor, sent):
    cast.fellowship.research_manager_id = cast.manager.id
    places = [cast.fellowship, *more_fellows(cast, 2)]
    hand_over(places, cast.cohort, to=successor, note="Reads slowly.", actor=cast.staff, now=NOW)
    mails = sent()
    subject, text = mails[successor.email]
    assert subject == "3 fellows of Summer 26 handed over to you"
    assert all(place.account.name in text for place in places)
    for place in places:
        subject, text = mails[place.account.email]
        assert subject == "Ivo Brandt is your research manager"
        assert "Reads slowly." not in text, "the note is not for fellows"
    assert len(mails) == 4


def test_who_was_handed_over_again_is_told_only_of_the_last_one(cast, successor, sent):
    later = make_account(name="Sora Lind", roles=[Role.RESEARCH_MANAGER])
    for to, moment in ((successor, NOW - DAY / 24), (later, NOW)):
        hand_over([cast.fellowship], cast.cohort, to=to, note="", actor=cast.staff, now=moment)
    mails = sent()
    assert {address: subject for address, (subject, _text) in mails.items()} == {
        later.email: "1 fellow of Summer 26 handed over to you",
        cast.fellow.email: "Sora Lind is your research manager",
    }
