"""Editing templates: a draft is saved, published and from then on never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from program.access import PROGRAMME, Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.errors import ConflictError, DomainError
from program.extensions import db, flush_or_conflict
from program.reports.models import ReportTemplate, TemplateSection
from program.templating.keys import Nature, Wanted, give_keys
from program.templating.queries import (
    find_natures,
    find_usual_name,
    get_newest,
    lock_templates,
    wanted_of,
)
from program.templating.wording import described, faults_of

MEANWHILE = (
    "Somebody else saved this template after you opened it. What you typed is in the fields, and theirs is below: "
    "nothing is lost. Put together what you want to keep, then save."
)
NAME_TAKEN = "There is a template of this name already. Please give it another name."
NO_DRAFT = "This version is published: it stays as it is, because reports are written with it."


class SectionsError(DomainError):
    """Sections that cannot be a template: each fault says what to do."""

    status: ClassVar[int] = 422
    title: ClassVar[str] = "These sections cannot be a template"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


def save_sections(
    template: ReportTemplate, *, sections: Sequence[Wanted], seen: int, actor: Actor, now: datetime
) -> ReportTemplate:
    """Keep the sections in the draft of this name, which is begun if there is none; that draft.

    `template` and `seen` (its saves) are what the page showed. The same sections again change nothing.
    Raises SectionsError, and ConflictError if somebody else saved meanwhile.
    """
    newest = _hold(template, seen=seen, actor=actor, now=now)
    if faults := faults_of(sections):
        raise SectionsError(faults)
    before = wanted_of(newest)
    named = give_keys(sections, _known(newest, before))
    if named == before:
        return newest
    draft = newest
    if newest.published_at:
        draft = ReportTemplate(name=newest.name, version=newest.version + 1, saves=0)
        db.session.add(draft)
    draft.saves += 1
    _write(draft, named)
    _record(Tag.TEMPLATE_SAVE, draft, actor, now=now, before=_told(before), after=_told(named))
    return draft


def copy_template(original: ReportTemplate, *, name: str, actor: Actor, now: datetime) -> ReportTemplate:
    """A draft under a new name with the same sections, under the same keys. Raises ConflictError for a taken name."""
    require(actor, Permission.TEMPLATE_CHANGE, PROGRAMME, now=now)
    lock_templates()
    sections = wanted_of(original)
    draft = ReportTemplate(name=name, version=1, saves=1)
    db.session.add(draft)
    flush_or_conflict(NAME_TAKEN)
    _write(draft, sections)
    after = {"copied_from": f"{original.name}, version {original.version}"}
    _record(Tag.TEMPLATE_SAVE, draft, actor, now=now, before={}, after=after | _told(sections))
    return draft


def publish_template(template: ReportTemplate, *, seen: int, actor: Actor, now: datetime) -> None:
    """Reports that are begun from now on are written with it. Safe to do twice. Raises ConflictError, SectionsError."""
    require(actor, Permission.TEMPLATE_CHANGE, PROGRAMME, now=now)
    lock_templates()
    if template.published_at is not None:
        return
    draft = _hold(template, seen=seen, actor=actor, now=now)
    if faults := faults_of(wanted_of(draft)):
        raise SectionsError(faults)
    draft.published_at = now
    db.session.flush()
    _record(Tag.TEMPLATE_PUBLISH, draft, actor, now=now, before={}, after=_told(wanted_of(draft)))


def discard_draft(template: ReportTemplate, *, seen: int, actor: Actor, now: datetime) -> None:
    """Throw a draft away; what is published stays. Raises ConflictError if it is published or was saved meanwhile."""
    draft = _hold(template, seen=seen, actor=actor, now=now)
    if draft.published_at is not None:
        raise ConflictError(NO_DRAFT)
    _record(Tag.TEMPLATE_DISCARD, draft, actor, now=now, before=_told(wanted_of(draft)), after={})
    for section in list(draft.sections):
        db.session.delete(section)
    db.session.delete(draft)
    flush_or_conflict(MEANWHILE)


def choose_for_weeks(template: ReportTemplate, *, actor: Actor, now: datetime) -> None:
    """Weekly reports are written with the templates of this name from now on. Raises ConflictError for a draft."""
    require(actor, Permission.TEMPLATE_CHANGE, PROGRAMME, now=now)
    lock_templates()
    before = find_usual_name()
    if template.published_at is None:
        raise ConflictError("Publish this version first: no report is written with a draft.")
    if before == template.name:
        return
    template.usual_since = now
    db.session.flush()
    subject, after = ("report_template", template.id), {"weekly": template.name}
    was = {"weekly": before}
    record(Tag.TEMPLATE_CHOOSE, actor_id=actor.id, subject=subject, now=now, before=was, after=after)


def _hold(template: ReportTemplate, *, seen: int, actor: Actor, now: datetime) -> ReportTemplate:
    """The newest version, which nobody else changes now. Raises ConflictError if it is not the one that was seen."""
    require(actor, Permission.TEMPLATE_CHANGE, PROGRAMME, now=now)
    lock_templates()
    newest = get_newest(template.id)
    if (newest.id, newest.saves) != (template.id, seen):
        raise ConflictError(MEANWHILE)
    return newest


def _known(newest: ReportTemplate, sections: Sequence[Wanted]) -> dict[str, set[Nature]]:
    """What each key is for; in the draft that is saved over, they can still become anything."""
    if newest.published_at is not None:
        return find_natures(apart_from=None)
    free: dict[str, set[Nature]] = {one.key: set() for one in sections}
    return free | find_natures(apart_from=newest.id)


def _write(draft: ReportTemplate, sections: Sequence[Wanted]) -> None:
    """Make the sections of the draft these."""
    there = {one.key: one for one in draft.sections}
    for place, wanted in enumerate(sections, start=1):
        section = there.pop(wanted.key, None) or TemplateSection(key=wanted.key)
        section.position, section.prompt, section.help = place, wanted.prompt, wanted.help
        section.kind, section.required, section.audience = wanted.kind, wanted.required, wanted.audience
        section.guide_words = wanted.guide_words
        if section not in draft.sections:
            draft.sections.append(section)
    for section in there.values():
        db.session.delete(section)
    flush_or_conflict(MEANWHILE)
    db.session.expire(draft, ["sections"])


def _told(sections: Sequence[Wanted]) -> dict[str, object]:
    return {"sections": "; ".join(f"{one.key} {described(one)}" for one in sections)}


def _record(
    tag: Tag,
    template: ReportTemplate,
    actor: Actor,
    *,
    now: datetime,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    subject = ("report_template", template.id)
    called: dict[str, object] = {"template": template.name, "version": template.version}
    record(tag, actor_id=actor.id, subject=subject, now=now, before=before, after=called | after)
