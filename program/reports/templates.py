"""The report template that a programme starts with, as data, and which one a report is written with."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from program import clock
from program.authorship.modes import Audience
from program.columns import AnySelect
from program.errors import NotFoundError
from program.extensions import db
from program.reports.models import ReportTemplate, SectionKind, TemplateSection

WEEKLY = "Weekly report"
WANTED = bindparam("wanted", type_=Integer)
SECTIONS: tuple[dict[str, Any], ...] = (
    {
        "key": "done",
        "prompt": "Done since last time",
        "help": "What you worked on and what came of it. A number or a link says more than an adjective.",
        "required": True,
        "guide_words": 150,
    },
    {
        "key": "learned",
        "prompt": "What I learned",
        "help": "What you believe now that you did not a week ago, negative results included.",
        "guide_words": 100,
    },
    {
        "key": "blocked",
        "prompt": "What blocks me",
        "help": "Compute, access, a decision, a missing idea. Leave it empty if nothing does.",
        "guide_words": 60,
    },
    {
        "key": "plan",
        "prompt": "Plan until next time",
        "help": "Two to four things to show next time, one on each line. Your next report asks what became of them.",
        "kind": SectionKind.PLAN,
        "required": True,
        "guide_words": 80,
    },
    {
        "key": "asks",
        "prompt": "Asks to my mentor",
        "help": "One question or request on each line. Each stays open until it is answered.",
        "kind": SectionKind.ASKS,
    },
    {
        "key": "how",
        "prompt": "How I am",
        "help": "0 is very bad, 10 is very good.",
        "kind": SectionKind.SCALE,
        "audience": Audience.MANAGER,
    },
    {
        "key": "why",
        "prompt": "What is behind that",
        "help": "Sleep, load, people, doubts: whatever helps them to help you.",
        "audience": Audience.MANAGER,
    },
    {
        "key": "notes",
        "prompt": "Notes between us",
        "help": "In weeks that your research manager drafts, they draft from this: what happened, in any order.",
        "audience": Audience.PAIR,
    },
)


def ensure_template() -> ReportTemplate:
    """The weekly template, made if there is none yet."""
    template = db.session.scalar(select(ReportTemplate).where(ReportTemplate.name == WEEKLY))
    if template is None:
        sections = [
            TemplateSection(position=place, **section) for place, section in enumerate(SECTIONS, start=1)
        ]
        template = ReportTemplate(name=WEEKLY, version=1, published_at=clock.now(), sections=sections)
        db.session.add(template)
        db.session.flush()
    return template


def get_template(template_id: int) -> ReportTemplate:
    """The template that a report was begun with, or any other version. Raises NotFoundError."""
    return _one(_numbered(), template_id)


def get_asked(template_id: int | None) -> ReportTemplate:
    """What a report that is begun now is written with. Raises NotFoundError.

    That is the newest published version of what its period asks for, else of what staff chose for weekly reports.
    """
    return _one(_asked(), template_id)


def find_published(template_id: int) -> ReportTemplate | None:
    """A version that reports are, or were, written with."""
    found: ReportTemplate | None = db.session.scalars(_numbered(), {"wanted": template_id}).unique().first()
    return found if found is not None and found.published_at is not None else None


def list_published() -> Sequence[ReportTemplate]:
    """The newest published version of each name, by name: what a period can ask for."""
    other = aliased(ReportTemplate)
    later = and_(other.version > ReportTemplate.version, other.published_at.is_not(None))
    newer = select(other.id).where(other.name == ReportTemplate.name, later).exists()
    query = select(ReportTemplate).where(ReportTemplate.published_at.is_not(None), ~newer)
    return db.session.scalars(query.order_by(ReportTemplate.name)).all()


def _one(query: AnySelect, template_id: int | None) -> ReportTemplate:
    template: ReportTemplate | None = db.session.scalars(query, {"wanted": template_id}).unique().first()
    if template is None:
        raise NotFoundError(
            "There is no report template: an administrator makes one with `fellowship prepare`."
        )
    return template


@cache
def _numbered() -> AnySelect:
    query = select(ReportTemplate).where(ReportTemplate.id == WANTED)
    return query.options(joinedload(ReportTemplate.sections))


@cache
def _asked() -> AnySelect:
    published = ReportTemplate.published_at.is_not(None)
    wanted = select(ReportTemplate.name).where(ReportTemplate.id == WANTED, published)
    name = func.coalesce(wanted.scalar_subquery(), usual_name().scalar_subquery())
    newest = select(ReportTemplate.id).where(ReportTemplate.name == name, published)
    newest = newest.order_by(ReportTemplate.version.desc()).limit(1)
    query = select(ReportTemplate).where(ReportTemplate.id == newest.scalar_subquery())
    return query.options(joinedload(ReportTemplate.sections))


def usual_name(of: type[ReportTemplate] = ReportTemplate) -> Select[str]:
    """The name of what weekly reports are written with: staff's latest choice, else the one that was there first."""
    query = select(of.name).where(of.published_at.is_not(None))
    return query.order_by(of.usual_since.is_(None), of.usual_since.desc(), of.name != WEEKLY, of.id).limit(1)
