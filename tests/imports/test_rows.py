"""What a row is about, what it may say, and what is asked."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from program.access import Role
from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.extensions import db
from program.fellows.models import Assignment, FellowshipStage, Handover
from program.imports.kinds import ImportKind
from program.imports.models import ImportRow, OtherAddress
from program.imports.plans import NOTHING
from program.imports.services import answer_questions, confirm_import
from program.mentors.models import Engagement, EngagementStage, Mentor
from program.mentors.services import plan_next_step
from tests.factories import (
    NOW,
    make_account,
    make_engagement,
    make_import,
    make_mentor,
    make_prospect,
    work_off,
)


def told(found):
    """The verdict and the errors of each row, by its number."""
    rows = db.session.scalars(select(ImportRow).filter_by(import_id=found.id).order_by(ImportRow.number))
    return {row.number: (row.verdict.value, row.errors) for row in rows}


def applied(found, cast):
    confirm_import(found, seen=found.digest, leave_out=True, actor=cast.staff, now=NOW)
    db.session.commit()
    work_off()
    db.session.refresh(found)
    return found.state.value


@pytest.mark.parametrize("answer", ["same", "other"])
def test_a_person_under_two_addresses_is_asked_about_once(cast, answer):
    known = cast.other_fellow
    text = f"Name;Email;Track\n{known.name.upper()};elsewhere@post.example;Governance\n"
    found = make_import(cast.cohort, cast.staff, text=text)
    [row] = db.session.scalars(select(ImportRow).filter_by(import_id=found.id))
    assert [value for value, _told in row.options] == [f"account:{known.id}", "other"]
    choice = f"account:{known.id}" if answer == "same" else "other"
    answer_questions(found, choices={"2": choice}, actor=cast.staff, now=NOW)
    db.session.commit()
    work_off()
    db.session.refresh(found)
    assert (found.counts["asked"], applied(found, cast)) == (0, "applied")
    made = db.session.scalar(select(Account).filter_by(email="elsewhere@post.example"))
    others = [*db.session.scalars(select(OtherAddress.account_id))]
    assert (made is None, others) == ((True, [known.id]) if answer == "same" else (False, []))
    again = make_import(cast.cohort, cast.staff, text=text)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 1, "asked": 0, "wrong": 0}


def test_two_addresses_in_one_sheet_are_one_person_if_that_is_said(cast):
    text = (
        "Name;Email;Track\nNoor Vance;noor@sheet.example;Governance\nnoor vance;n@post.example;Governance\n"
    )
    found = make_import(cast.cohort, cast.staff, text=text)
    answer_questions(found, choices={"3": "row:2"}, actor=cast.staff, now=NOW)
    db.session.commit()
    work_off()
    db.session.refresh(found)
    assert (found.counts["new"], found.counts["changed"], applied(found, cast)) == (1, 1, "applied")
    assert make_import(cast.cohort, cast.staff, text=text).counts["unchanged"] == 2


def test_who_is_the_same_as_a_wrong_row_is_not_written_either(cast):
    text = "Name;Email;Track\nNoor Vance;noor@sheet.example;Cookery\nNoor Vance;n@post.example;Governance\n"
    found = make_import(cast.cohort, cast.staff, text=text)
    answer_questions(found, choices={"3": "row:2"}, actor=cast.staff, now=NOW)
    db.session.commit()
    work_off()
    db.session.refresh(found)
    assert (found.counts["wrong"], told(found)[3][1]) == (2, ["Row 2, of the same person, is not right yet."])


def test_fellows_that_cannot_be_so(cast):
    late = f"{cast.cohort.ends_on.year + 1}-01-01"
    lines = [
        "Name;Email;Track;Second track;Share;Until",
        "A A;a@b.example;Governance;Governance;;",
        "B B;b@b.example;Governance;;60;",
        f"C C;c@b.example;Governance;;;{late}",
        "D D;d@b.example;;;;",
        "E E;a@b.example;Governance;;;",
        f"F F;{cast.staff.email};Governance;;;",
        "G G;g@b.example;Governance;Interpretability;70;",
    ]
    found = told(make_import(cast.cohort, cast.staff, text="\n".join(lines)))
    assert {number: verdict for number, (verdict, _errors) in found.items()} == dict.fromkeys(
        range(2, 8), "wrong"
    ) | {8: "new"}
    first_words = {number: errors[0].split(":")[0] for number, (_verdict, errors) in found.items() if errors}
    assert first_words == {
        2: "Second track",
        3: "Share of the first track",
        4: "Last day",
        5: "Track",
        6: "Row 2 has this address too",
        7: "This is somebody who runs the programme",
    }


def test_a_research_manager_who_is_changed_by_a_sheet_hands_over(cast):
    """As on the page: it is a part of the fellow's history."""
    before = cast.fellowship.research_manager_id
    manager = make_account(name="Rosa Lind", roles=[Role.RESEARCH_MANAGER])
    text = f"Email;Research manager\n{cast.fellow.email};{manager.email}\n"
    assert applied(make_import(cast.cohort, cast.staff, text=text), cast) == "applied"
    [handed] = db.session.scalars(select(Handover).filter_by(fellowship_id=cast.fellowship.id))
    assert (handed.from_id, handed.to_id, handed.note) == (before, manager.id, "Imported from sheet.csv")
    tags = select(AuditEvent.tag).filter_by(subject_kind="fellowship", subject_id=cast.fellowship.id)
    assert Tag.HANDOVER in db.session.scalars(tags).all()


@pytest.mark.parametrize(
    ("kind", "text", "tag", "before", "after"),
    [
        (
            ImportKind.FELLOWS,
            "Email;Project;Until\n{fellow};Canary;2026-07-10\n",
            Tag.FELLOWSHIP_CHANGE,
            {"Last day": "17 Jul 2026"},
            {"fields": "Project, Last day", "Last day": "10 Jul 2026"},
        ),
        (
            ImportKind.ENGAGEMENTS,
            "Mentor;Granted\n{mentor};5\n",
            Tag.ENGAGEMENT_CHANGE,
            {"Seats granted": "3"},
            {"fields": "Seats granted", "Seats granted": "5"},
        ),
        (
            ImportKind.ASSIGNMENTS,
            "Fellow email;Mentor;Until\n{fellow};{mentor};2026-07-10\n",
            Tag.FELLOWSHIP_CHANGE,
            {"Last day": NOTHING},
            {"fields": "Last day", "Last day": "10 Jul 2026"},
        ),
    ],
)
def test_what_a_sheet_changes_is_on_record_before_and_after_and_no_text_of_it(
    cast, kind, text, tag, before, after
):
    text = text.format(fellow=cast.fellow.email, mentor=cast.mentor.name)
    assert applied(make_import(cast.cohort, cast.staff, text=text, kind=kind), cast) == "applied"
    [event] = db.session.scalars(select(AuditEvent).filter_by(tag=tag))
    assert (event.actor_id, event.before, event.after.items() >= after.items()) == (
        cast.staff.id,
        before,
        True,
    )
    assert "Canary" not in str(event.after)


def test_assignments_that_cannot_be_so(cast):
    """No second primary, none outside the fellowship, none of nobody; a co-mentor beside is one."""
    guide = make_mentor(make_account(name="Vera Holm", email="vera@mentors.example"))
    make_engagement(guide, cast.cohort, track="Governance")
    fellow, mentor = cast.fellow.email, cast.mentor.email
    ends = cast.cohort.ends_on.isoformat()
    lines = [
        "Fellow email;Mentor email;Role;From;Until",
        f"{fellow};vera@mentors.example;primary;;",
        f"{fellow};vera@mentors.example;co;2020-01-01;{ends}",
        f"{fellow};nobody@mentors.example;co;;",
        f"stranger@b.example;{mentor};;;",
        f"{fellow};vera@mentors.example;co-mentor;;{ends}",
        f"{fellow};vera@mentors.example;co-mentor;;{ends}",
        f"{fellow};{mentor};main;;",
    ]
    found = make_import(cast.cohort, cast.staff, text="\n".join(lines), kind=ImportKind.ASSIGNMENTS)
    verdicts = {number: verdict for number, (verdict, _errors) in told(found).items()}
    assert verdicts == {2: "wrong", 3: "wrong", 4: "wrong", 5: "wrong", 6: "new", 7: "wrong", 8: "unchanged"}
    errors = {number: said[0].split(":")[0] for number, (_verdict, said) in told(found).items() if said}
    assert errors == {
        2: "Primary or co-mentor",
        3: "First day",
        4: "Mentor",
        5: "Fellow",
        7: "Row 6 is about this assignment too",
    }
    assert applied(found, cast) == "applied"
    [made] = db.session.scalars(select(Assignment).filter_by(mentor_id=guide.id))
    assert (made.kind, made.starts_on, made.ends_on) == (
        "co",
        cast.fellowship.starts_on,
        date.fromisoformat(ends),
    )


@pytest.mark.parametrize("stage", [None, EngagementStage.DECLINED, EngagementStage.WITHDRAWN])
def test_no_sheet_gives_a_fellow_back_to_a_mentor_who_has_no_part_in_the_cohort(cast, stage):
    """What is as the sheet says is left as it is: an old sheet does no harm."""
    guide = make_mentor(make_account(name="Vera Holm", email="vera@mentors.example"))
    if stage is not None:
        make_engagement(guide, cast.cohort, track="Governance", stage=stage)
    over = cast.cohort.starts_on + timedelta(days=7)
    ended = Assignment(fellowship=cast.fellowship, mentor=guide, kind="co", starts_on=cast.cohort.starts_on)
    ended.ends_on = over
    db.session.add(ended)
    lines = ["Fellow email;Mentor email;Role;Until", f"{cast.fellow.email};vera@mentors.example;co;"]
    verdicts = [
        told(
            make_import(
                cast.cohort, cast.staff, text="\n".join(lines) + str(until), kind=ImportKind.ASSIGNMENTS
            )
        )
        for until in (over, cast.cohort.ends_on)
    ]
    refused = ["Mentor: Vera Holm does not mentor in Summer 26."]
    assert verdicts == [{2: ("unchanged", [])}, {2: ("wrong", refused)}]


def engaged(cast, line, **part):
    """What a sheet about Vera, who has this part in the cohort, would do; and what came of it."""
    guide = make_prospect(name="Vera Holm", email="vera@mentors.example")
    own = make_engagement(guide, cast.cohort, track="Governance", **part)
    text = f"Mentor;Stage;At least;Seats;Next step;Next step on\nVera Holm;{line}\n"
    return own, lambda: make_import(cast.cohort, cast.staff, text=text, kind=ImportKind.ENGAGEMENTS)


def test_nobody_owes_a_step_to_a_mentor_who_said_no_to_a_sheet(cast):
    own, brought = engaged(cast, "declined;;;Write again;2030-02-01", stage=EngagementStage.CONTACTED)
    plan_next_step(own, text="Ask", day=NOW.date(), owner=cast.staff, actor=cast.staff, now=NOW)
    found = brought()
    assert (found.counts["changed"], applied(found, cast)) == (1, "applied")
    db.session.refresh(own)
    assert (own.stage, own.next_step, own.next_step_on, own.next_step_due_at) == ("declined", "", None, None)
    assert brought().counts["unchanged"] == 1


def test_no_sheet_leaves_fellows_behind_without_a_mentor(cast):
    own, brought = engaged(cast, "declined;;;;", stage=EngagementStage.INTERESTED)
    place = cast.other_fellowship
    db.session.add(Assignment(fellowship=place, mentor=own.mentor, kind="co", starts_on=place.starts_on))
    assert told(brought())[2] == (
        "wrong",
        ["Stage: fellows are theirs in this cohort. Hand them over first."],
    )
    place.stage = FellowshipStage.WITHDRAWN
    assert told(brought())[2] == ("changed", [])


def test_a_mentor_wants_no_fewer_fellows_than_they_take(cast):
    _own, brought = engaged(cast, ";3;2;;", stage=EngagementStage.INTERESTED)
    assert told(brought())[2] == ("wrong", ["Seats wanted: they are fewer than the fewest they take."])


def test_engagements_make_nobody_and_a_confirmed_mentor_does_not_withdraw_by_a_sheet(cast):
    own = make_mentor(make_account(name="Vera Holm", email="vera@mentors.example"))
    make_engagement(own, cast.cohort, track="Governance", stage=EngagementStage.CONFIRMED)
    lines = [
        "Mentor;Stage;Granted",
        "Vera Holm;withdrew;",
        "Nobody Known;contacted;",
        "vera holm;confirmed;2",
    ]
    one, other, last = (
        make_import(cast.cohort, cast.staff, text=f"{lines[0]}\n{line}\n", kind=ImportKind.ENGAGEMENTS)
        for line in lines[1:]
    )
    assert [told(found)[2][0] for found in (one, other, last)] == ["wrong", "wrong", "changed"]
    assert told(one)[2][1][0].startswith("Stage: a confirmed mentor who withdraws hands over.")
    before = db.session.query(Mentor).count()
    assert applied(last, cast) == "applied"
    assert db.session.scalar(select(Engagement.seats_granted).filter_by(mentor_id=own.id)) == 2
    assert db.session.query(Mentor).count() == before
