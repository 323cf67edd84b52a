"""Drafts and versions of templates: who edits them, what stays as it is, and two who edit at once."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from program.access import POLICY, Permission, Role, every
from program.audit.models import AuditEvent, Tag
from program.authorship.modes import Audience
from program.errors import ConflictError, ForbiddenError
from program.extensions import db
from program.reports.models import ReportTemplate, SectionKind
from program.reports.templates import WEEKLY, ensure_template, get_asked
from program.templating import keys
from program.templating.keys import Wanted
from program.templating.queries import wanted_of
from program.templating.services import (
    SectionsError,
    choose_for_weeks,
    copy_template,
    discard_draft,
    publish_template,
    save_sections,
)
from tests.factories import NOW, make_report


@pytest.fixture
def weekly(session):
    return ensure_template()


@pytest.fixture
def told(cast):
    return {"actor": cast.staff, "now": NOW}


def asked_anew(template, place=0, **changes):
    """The sections of a version, one of them changed."""
    sections = wanted_of(template)
    sections[place] = replace(sections[place], **changes)
    return sections


def test_what_is_published_is_never_changed_and_its_reports_keep_it(cast, weekly, told):
    report = make_report(cast.fellowship)
    draft = save_sections(weekly, sections=asked_anew(weekly, prompt="What came of it"), seen=0, **told)
    assert (draft.name, draft.version, draft.published_at) == (WEEKLY, 2, None)
    assert get_asked(None).id == weekly.id
    again = save_sections(draft, sections=asked_anew(draft, 1, prompt="Lessons"), seen=1, **told)
    assert (again.id, again.saves) == (draft.id, 2)
    publish_template(draft, seen=2, **told)
    publish_template(draft, seen=2, **told)
    assert get_asked(None).id == draft.id
    assert report.template_id == weekly.id
    assert [(one.key, one.prompt) for one in weekly.sections][:2] == [
        ("done", "Done since last time"),
        ("learned", "What I learned"),
    ]
    assert [(one.key, one.prompt) for one in draft.sections][:2] == [
        ("done", "What came of it"),
        ("learned", "Lessons"),
    ]
    third = save_sections(draft, sections=asked_anew(draft, prompt="Done"), seen=2, **told)
    assert third.version == 3


def test_sections_go_come_and_change_places(weekly, told):
    sections = wanted_of(weekly)
    wanted = [sections[3], Wanted("Reading", kind=SectionKind.LINKS), sections[0]]
    draft = save_sections(weekly, sections=wanted, seen=0, **told)
    assert [(one.position, one.key) for one in draft.sections] == [(1, "plan"), (2, "reading"), (3, "done")]
    draft = save_sections(draft, sections=wanted_of(draft)[::-1], seen=1, **told)
    assert [one.key for one in draft.sections] == ["done", "reading", "plan"]
    assert save_sections(draft, sections=wanted_of(draft), seen=2, **told).saves == 2


def test_what_only_the_manager_read_is_never_asked_for_everyone_under_its_key(weekly, told):
    why = next(place for place, one in enumerate(wanted_of(weekly)) if one.key == "why")
    draft = save_sections(
        weekly, sections=asked_anew(weekly, why, audience=Audience.EVERYONE), seen=0, **told
    )
    assert draft.sections[why].key == "what_is_behind_that"
    publish_template(draft, seen=1, **told)
    smuggled = [*wanted_of(draft), Wanted("How", "how", kind=SectionKind.SCALE), Wanted("Why", "why")]
    third = save_sections(draft, sections=smuggled, seen=1, **told)
    assert [one.key for one in third.sections][-2:] == ["how_2", "why_2"]
    other = copy_template(weekly, name="Midterm", **told)
    midterm = save_sections(
        other, sections=asked_anew(other, why, audience=Audience.EVERYONE), seen=1, **told
    )
    assert midterm.sections[why].key == "what_is_behind_that"


def test_a_rule_that_let_a_key_become_readable_would_be_seen(weekly, told, monkeypatch):
    monkeypatch.setattr(keys, "is_free", lambda *_: True)
    why = next(place for place, one in enumerate(wanted_of(weekly)) if one.key == "why")
    sections = asked_anew(weekly, why, audience=Audience.EVERYONE)
    assert save_sections(weekly, sections=sections, seen=0, **told).sections[why].key == "why"


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        ([], "At least one section"),
        ([Wanted("Why", required=True, audience=Audience.MANAGER)], "At least one section"),
        ([Wanted(f"Q{n}", required=True) for n in range(21)], "20 sections at most"),
        (
            [Wanted("Done", required=True), Wanted("Asks", kind=SectionKind.ASKS, audience=Audience.PAIR)],
            "Asks and plans are for mentors",
        ),
    ],
)
def test_sections_that_cannot_be_a_template_are_refused(weekly, told, sections, fault):
    with pytest.raises(SectionsError, match=fault):
        save_sections(weekly, sections=sections, seen=0, **told)
    assert len(db.session.scalars(select(ReportTemplate)).all()) == 1


def test_the_slower_of_two_is_told(weekly, told):
    mine = asked_anew(weekly, prompt="Mine")
    draft = save_sections(weekly, sections=asked_anew(weekly, prompt="Theirs"), seen=0, **told)
    for steps in (
        lambda: save_sections(weekly, sections=mine, seen=0, **told),
        lambda: save_sections(draft, sections=mine, seen=0, **told),
        lambda: publish_template(draft, seen=0, **told),
        lambda: discard_draft(draft, seen=0, **told),
    ):
        with pytest.raises(ConflictError, match="Somebody else saved"):
            steps()
    assert draft.sections[0].prompt == "Theirs"


def test_a_draft_can_be_thrown_away_and_a_published_version_cannot(weekly, told):
    draft = save_sections(weekly, sections=asked_anew(weekly, prompt="X"), seen=0, **told)
    discard_draft(draft, seen=1, **told)
    assert db.session.scalars(select(ReportTemplate)).all() == [weekly]
    with pytest.raises(ConflictError, match="stays as it is"):
        discard_draft(weekly, seen=0, **told)


def test_another_template_is_chosen_for_weeks_once_it_is_published(weekly, told):
    short = copy_template(weekly, name="Short week", **told)
    with pytest.raises(ConflictError, match="Publish this version first"):
        choose_for_weeks(short, **told)
    with pytest.raises(ConflictError, match="of this name already"), db.session.begin_nested():
        copy_template(weekly, name="Short week", **told)
    publish_template(short, seen=1, **told)
    choose_for_weeks(short, **told)
    choose_for_weeks(short, **told)
    assert get_asked(None).id == short.id
    assert get_asked(weekly.id).id == weekly.id


def test_every_step_is_on_record_with_its_structure(cast, weekly, told):
    draft = save_sections(weekly, sections=asked_anew(weekly, prompt="Came of it"), seen=0, **told)
    publish_template(draft, seen=1, **told)
    other = copy_template(draft, name="Final", **told)
    discard_draft(other, seen=1, **told)
    third = copy_template(draft, name="Long", **told)
    publish_template(third, seen=1, **told)
    choose_for_weeks(third, **told)
    tags = db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)).all()
    assert tags[-7:] == [
        *(Tag.TEMPLATE_SAVE, Tag.TEMPLATE_PUBLISH, Tag.TEMPLATE_SAVE, Tag.TEMPLATE_DISCARD),
        *(Tag.TEMPLATE_SAVE, Tag.TEMPLATE_PUBLISH, Tag.TEMPLATE_CHOOSE),
    ]
    saved = db.session.scalars(
        select(AuditEvent).filter_by(tag=Tag.TEMPLATE_SAVE).order_by(AuditEvent.id)
    ).first()
    assert "done “Done since last time”" in saved.before["sections"]
    assert "done “Came of it”: text, read by mentors" in saved.after["sections"]
    assert saved.actor_id == cast.staff.id


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager"])
def test_only_staff_edit_templates(cast, weekly, who):
    told = {"actor": getattr(cast, who), "now": NOW}
    for step in (
        lambda: save_sections(weekly, sections=wanted_of(weekly), seen=0, **told),
        lambda: copy_template(weekly, name="Mine", **told),
        lambda: publish_template(weekly, seen=0, **told),
        lambda: discard_draft(weekly, seen=0, **told),
        lambda: choose_for_weeks(weekly, **told),
    ):
        with pytest.raises(ForbiddenError):
            step()


def test_a_policy_that_lets_fellows_edit_templates_would_be_seen(cast, weekly, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.TEMPLATE_CHANGE, dict.fromkeys(Role, every))
    assert copy_template(weekly, name="Mine", actor=cast.fellow, now=NOW).version == 1
