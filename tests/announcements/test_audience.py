"""Whom an announcement is for: every filter against the plain reading of what each person owes."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.access import Role
from program.announcements.audience import (
    CAN_OWE,
    KINDS,
    Moved,
    Owes,
    Part,
    Target,
    moved_since,
    read_seen,
    seen_as,
)
from program.announcements.people import (
    count_left_out,
    list_left_out,
    list_reached,
    list_reached_ids,
)
from program.cohorts.models import AuthorshipMode, CohortState
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.obligations.models import ObligationKind
from program.obligations.queries import list_owed_by_any
from tests.factories import (
    NOW,
    make_account,
    make_announcement,
    make_assignment,
    make_cohort,
    make_engagement,
    make_fellowship,
    make_prospect,
    make_ramp,
    make_report,
    make_wave,
    track_of,
)
from tests.scenarios import more_fellows

FELLOW, MENTOR, MANAGER = Part.FELLOW, Part.MENTOR, Part.MANAGER
BUSY = {0: set(), 60: {(Owes.NOTHING, MANAGER)}}
"""After so many hours the next week is open, and nobody is who owed nothing."""
IDS = st.sets(st.integers(min_value=1, max_value=2**31 - 1), max_size=30)


def for_whom(cast, *parts, tracks=(), manager=None, **owing):
    tracks = frozenset(track_of(cast.cohort, name).id for name in tracks)
    return Target(frozenset(parts), tracks, manager.id if manager else None, **owing)


def reached(cast, target, *, now=NOW):
    one = make_announcement(cast.cohort, cast.staff, target=target)
    people = list_reached(one, now=now, cursor=None).rows
    assert sorted(person.who for person in people) == list(list_reached_ids(one, now=now))
    return [person.name for person in people]


@pytest.fixture
def busy(cast):
    """Debts of the cast and two more: one sent all and is in another cohort, too; a mentor is a fellow as well."""
    make_report(cast.fellowship, number=1, at=NOW - timedelta(days=12))
    make_wave(cast.cohort)
    third, fourth = more_fellows(cast, 2, track="Governance", mentor=cast.other_mentorship)
    for number in range(1, 6):
        make_report(third, number=number, at=NOW - timedelta(hours=1))
    idle = make_account(name="Iris Roth", roles=[Role.RESEARCH_MANAGER])
    third.research_manager_id, fourth.research_manager_id = idle.id, None
    elsewhere = make_cohort(name="Winter 26")
    make_fellowship(third.account, elsewhere)
    make_ramp(cast.cohort, AuthorshipMode.MANAGER_DRAFTS)
    both = make_fellowship(cast.mentor, cast.cohort, track="Governance")
    make_assignment(both, cast.other_mentorship)
    db.session.flush()
    return cast


def owing(cast, target, part, account_id, now):
    """The plain reading: all that this person owes in this cohort, one by one."""
    theirs = [
        one
        for one in list_owed_by_any([account_id], now=now)
        if one.cohort_id == cast.cohort.id
        and one.kind in CAN_OWE[part]
        and (not target.kinds or one.kind in target.kinds)
    ]
    match target.owes:
        case Owes.WHATEVER:
            return True
        case Owes.SOMETHING:
            return bool(theirs)
        case Owes.LATE:
            return any(one.is_late(now) for one in theirs)
        case Owes.NOTHING:
            return not theirs


@pytest.mark.parametrize("hours", [0, 60])
def test_every_filter_is_the_plain_reading_of_what_each_owes(busy, hours):
    now = NOW + timedelta(hours=hours)
    fellows = {one.account_id: one for one in everybody(busy)}
    mentors = {busy.mentor.id, busy.other_mentor.id}
    seen = set()
    for owes, kind, part in product(Owes, [None, *KINDS], Part):
        if kind is not None and kind not in CAN_OWE[part]:
            continue
        target = Target(frozenset({part}), owes=owes, kinds=frozenset({kind} if kind else ()))
        people = {
            FELLOW: set(fellows),
            MENTOR: mentors,
            MANAGER: {one.research_manager_id for one in fellows.values()} - {None},
        }[part]
        expected = sorted(one for one in people if owing(busy, target, part, one, now))
        one = make_announcement(busy.cohort, busy.staff, target=target)
        assert list(list_reached_ids(one, now=now)) == expected, (owes, kind, part)
        seen.add((owes, part, bool(expected)))
    assert {(owes, part) for owes, part, some in seen if some} == set(product(Owes, Part)) - BUSY[hours]


def everybody(cast):
    return db.session.query(type(cast.fellowship)).filter_by(cohort_id=cast.cohort.id).all()


def test_by_track_and_research_manager(busy):
    names = {"Amara Okafor", "Kwame Boadu", "Fellow G001", "Fellow G002", "Margit Vanders"}
    assert set(reached(busy, for_whom(busy, FELLOW))) == names
    governance = for_whom(busy, FELLOW, tracks=["Governance"])
    assert reached(busy, governance) == ["Fellow G001", "Fellow G002", "Kwame Boadu", "Margit Vanders"]
    assert reached(busy, for_whom(busy, MENTOR, tracks=["Governance"])) == ["Desmond Oyelaran"]
    around = for_whom(busy, *Part, manager=busy.manager)
    assert reached(busy, around) == [
        "Amara Okafor",
        "Helena Strand",
        "Margit Vanders",
    ]
    elsewhere = for_whom(busy, *Part, tracks=["Governance"], manager=busy.manager)
    assert reached(busy, elsewhere) == []


def test_everybody_late_in_governance(busy):
    target = for_whom(busy, FELLOW, tracks=["Governance"], owes=Owes.LATE)
    assert reached(busy, target) == ["Fellow G002", "Kwame Boadu", "Margit Vanders"]
    assert target.said({track_of(busy.cohort, "Governance").id: "Governance"}, None) == (
        "fellows on Governance who are late"
    )


def test_who_is_two_things_is_there_once(busy):
    one = make_announcement(busy.cohort, busy.staff, target=for_whom(busy, FELLOW, MENTOR))
    [margit] = [
        person for person in list_reached(one, now=NOW, cursor=None).rows if person.who == busy.mentor.id
    ]
    assert margit.parts == [FELLOW, MENTOR]


def test_who_cannot_sign_in_is_left_out_and_why(cast):
    away = make_account(name="Zoë Away")
    invited = make_account(name="Ivo Invited")
    away.disabled_at, invited.joined_at = NOW, None
    for account in (away, invited):
        make_fellowship(account, cast.cohort)
    make_engagement(make_prospect(name="Pia Prospect"), cast.cohort, track="Governance")
    one = make_announcement(cast.cohort, cast.staff, target=for_whom(cast, FELLOW, MENTOR))
    left = list_left_out(one, now=NOW, cursor=None).rows
    assert [(person.name, person.why) for person in left] == [
        ("Ivo Invited", "has not joined yet"),
        ("Pia Prospect", "has no account"),
        ("Zoë Away", "is disabled"),
    ]
    assert count_left_out(one, now=NOW) == 3
    assert len(list_reached_ids(one, now=NOW)) == 4


@pytest.mark.parametrize("stage", FellowshipStage)
def test_who_counts_as_a_fellow(cast, stage):
    cast.fellowship.stage = stage
    there = stage in {FellowshipStage.ACCEPTED, FellowshipStage.ACTIVE}
    assert ("Amara Okafor" in reached(cast, for_whom(cast, FELLOW))) is there
    cast.cohort.state = CohortState.CLOSED
    there = there or stage is FellowshipStage.COMPLETED
    assert ("Amara Okafor" in reached(cast, for_whom(cast, FELLOW))) is there


def test_a_concern_is_no_filter():
    assert ObligationKind.CONCERN not in KINDS
    assert all(ObligationKind.CONCERN not in kinds for kinds in CAN_OWE.values())


def test_what_a_part_never_owes_is_said():
    reviews = frozenset({ObligationKind.REVIEW})
    both = frozenset({FELLOW, MENTOR})
    assert Target(both, owes=Owes.NOTHING, kinds=reviews).idle == [FELLOW]
    assert Target(both, owes=Owes.NOTHING).idle == []
    assert Target(both, kinds=reviews).idle == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Target(frozenset(Part)), "fellows, mentors and research managers"),
        (Target(frozenset({MENTOR}), owes=Owes.NOTHING), "mentors who owe nothing"),
        (
            Target(frozenset({FELLOW, MENTOR}), frozenset({1, 2, 9}), 7, Owes.SOMETHING),
            "fellows and mentors on A, B or a track that is gone, around the fellows of Helena who owe something",
        ),
        (
            Target(
                frozenset({FELLOW}),
                owes=Owes.LATE,
                kinds=frozenset({ObligationKind.REPORT, ObligationKind.SURVEY}),
            ),
            "fellows who are late with a report or a survey",
        ),
    ],
)
def test_a_target_in_words(target, said):
    assert target.said({1: "A", 2: "B"}, "Helena") == said


@given(before=IDS, now=IDS, version=st.integers(1, 99), later=st.booleans())
def test_what_moved_since_it_was_looked_at(before, now, version, later):
    seen = seen_as(version, before)
    assert read_seen(seen) == (version, sorted(before))
    moved = moved_since(seen, version=version + later, account_ids=now)
    assert moved == Moved(later, now - before, before - now)
    assert (seen_as(version + later, now) == seen) is (not later and now == before)


@pytest.mark.parametrize("seen", ["", "x", "1~zz", "~", "1~1..2~3", "\N{FULLWIDTH DIGIT ONE}~" + "f" * 50])
def test_what_no_page_had_is_nothing_that_was_looked_at(seen):
    version, account_ids = read_seen(seen)
    assert seen_as(version or 0, account_ids) != seen or version is None
