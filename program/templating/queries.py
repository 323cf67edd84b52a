"""Reading templates and their versions."""

from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, selectinload

from program.columns import AnySelect
from program.errors import NotFoundError
from program.extensions import db
from program.paging import Page, page_of
from program.reports.models import Report, ReportTemplate, TemplateSection
from program.reports.templates import usual_name
from program.templating.keys import Nature, Wanted

COUNTED = 1_000
"""Up to so many reports are counted."""
SHOWN = 50
"""Versions on one page."""


class Version(NamedTuple):
    """A version, how many reports were begun with it (up to `COUNTED`), and whether weeks ask for its name."""

    template: ReportTemplate
    used: int
    is_usual: bool


class Name(NamedTuple):
    """The versions of one name: the newest, the number of the one that is used, and how many reports use any."""

    newest: ReportTemplate
    current: int | None
    sections: int
    used: int
    is_usual: bool


def counted(used: int) -> str:
    """So many reports, in words."""
    return f"{COUNTED:,} reports or more" if used >= COUNTED else f"{used} report{'' if used == 1 else 's'}"


def list_names(*, cursor: str | None, size: int = 30) -> Page[Name]:
    """The templates by name."""
    page = page_of(
        _names(),
        order=[ReportTemplate.name, ReportTemplate.id],
        key=lambda row: [row[0].name, row[0].id],
        cursor=cursor,
        size=size,
    )
    return page.map(lambda row: Name(*row))


@cache
def _names() -> AnySelect:
    other = aliased(ReportTemplate)
    same = other.name == ReportTemplate.name
    newest = select(func.max(other.version)).where(same).scalar_subquery()
    current = select(func.max(other.version)).where(same, other.published_at.is_not(None)).scalar_subquery()
    sections = select(func.count()).where(TemplateSection.template_id == ReportTemplate.id).scalar_subquery()
    return select(
        ReportTemplate,
        current.label("current"),
        sections.label("sections"),
        _used(Report.template_id.in_(select(other.id).where(same))).label("used"),
        _is_usual().label("is_usual"),
    ).where(ReportTemplate.version == newest)


def _used(by_these: ColumnElement[bool]) -> ColumnElement[int]:
    some = select(Report.id).where(by_these).correlate(ReportTemplate).limit(COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _is_usual() -> ColumnElement[bool]:
    return ReportTemplate.name == usual_name(aliased(ReportTemplate)).scalar_subquery()


def list_versions(name: str) -> list[Version]:
    """The versions of this name, the newest first."""
    query = _versions().where(ReportTemplate.name == name).order_by(ReportTemplate.version.desc())
    return [Version(*row) for row in db.session.execute(query.limit(SHOWN))]


def get_version(template_id: int) -> Version:
    """A version. Raises NotFoundError."""
    row = db.session.execute(_versions().where(ReportTemplate.id == template_id)).first()
    if row is None:
        raise NotFoundError("There is no such template.")
    return Version(*row)


def _versions() -> AnySelect:
    return select(ReportTemplate, _used(Report.template_id == ReportTemplate.id), _is_usual())


def get_newest(template_id: int) -> ReportTemplate:
    """The newest version of the name of this one, with its sections. Raises NotFoundError."""
    name = select(ReportTemplate.name).where(ReportTemplate.id == template_id).scalar_subquery()
    query = select(ReportTemplate).where(ReportTemplate.name == name)
    query = query.order_by(ReportTemplate.version.desc()).options(selectinload(ReportTemplate.sections))
    template = db.session.scalars(query.limit(1), execution_options={"populate_existing": True}).first()
    if template is None:
        raise NotFoundError("There is no such template.")
    return template


def find_usual_name() -> str | None:
    """The name of what weekly reports are written with."""
    return db.session.scalar(usual_name())


def lock_templates() -> None:
    """Nobody else changes any template before this transaction is over: keys mean the same in all of them."""
    held = select(ReportTemplate).order_by(ReportTemplate.id).with_for_update()
    db.session.scalars(held, execution_options={"populate_existing": True}).all()


def find_natures(*, apart_from: int | None) -> dict[str, set[Nature]]:
    """What each key is or was for, in every version but this one."""
    query = select(TemplateSection.key, TemplateSection.audience, TemplateSection.kind).distinct()
    if apart_from is not None:
        query = query.where(TemplateSection.template_id != apart_from)
    found: dict[str, set[Nature]] = {}
    for key, audience, kind in db.session.execute(query):
        found.setdefault(key, set()).add(Wanted("", kind=kind, audience=audience).nature)
    return found


def wanted_of(template: ReportTemplate) -> list[Wanted]:
    """The sections of a version, in their order."""
    return [
        Wanted(one.prompt, one.key, one.help, one.kind, one.required, one.guide_words, one.audience)
        for one in template.sections
    ]
