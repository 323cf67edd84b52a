"""Report templates as staff keep them: listed, copied, edited into the next version, and published."""

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.errors import ConflictError
from program.extensions import db
from program.history.queries import list_history
from program.reports.models import ReportTemplate
from program.reports.templates import list_published
from program.templating.forms import EditForm, NewTemplateForm, SectionForm, arranged, rows_of, rows_sent
from program.templating.preview import lay_open
from program.templating.queries import (
    counted,
    get_newest,
    get_version,
    list_names,
    list_versions,
    wanted_of,
)
from program.templating.services import (
    SectionsError,
    choose_for_weeks,
    copy_template,
    discard_draft,
    publish_template,
    save_sections,
)
from program.templating.wording import MOST, changes_between, described
from program.web import allow

bp = Blueprint("templating", __name__, url_prefix="/report-templates")
bp.add_app_template_filter(counted)


@bp.get("")
@allow(Permission.TEMPLATE_CHANGE)
def listing() -> ResponseReturnValue:
    """The templates by name, each with the version that is used."""
    return render_template("templating/list.html", page=list_names(cursor=request.args.get("after")))


@bp.get("/new")
@allow(Permission.TEMPLATE_CHANGE)
def new() -> ResponseReturnValue:
    """The page that asks for the name of another template."""
    return render_template("templating/new.html", form=NewTemplateForm(offered=list_published()))


@bp.post("/new")
@allow(Permission.TEMPLATE_CHANGE)
def copy() -> ResponseReturnValue:
    """A draft under a new name."""
    form = NewTemplateForm(offered=list_published())
    if not form.validate_on_submit():
        return render_template("templating/new.html", form=form), 422
    original = get_version(form.original.data).template
    try:
        draft = copy_template(original, name=form.name.data or "", actor=g.account, now=g.now)
    except ConflictError as error:
        db.session.rollback()
        form.name.errors = [str(error)]
        return render_template("templating/new.html", form=form), 409
    flash(f"{draft.name} is begun, as a draft. Change it, then publish it.", "ok")
    return redirect(url_for(".edit", template_id=draft.id))


@bp.get("/<int:template_id>")
@allow(Permission.TEMPLATE_CHANGE)
def version(template_id: int) -> ResponseReturnValue:
    """One version as the fellow sees it, what is new in it, and what can be done with it."""
    return _shown(template_id)


@bp.get("/<int:template_id>/edit")
@allow(Permission.TEMPLATE_CHANGE)
def edit(template_id: int) -> ResponseReturnValue:
    """The fields of the newest version beside what they make."""
    template = get_newest(template_id)
    return _editor(template, rows_of(wanted_of(template)))


@bp.post("/<int:template_id>/edit")
@allow(Permission.TEMPLATE_CHANGE)
def save(template_id: int) -> ResponseReturnValue:
    """Keep the sections in a draft; a button that moves one only draws the page anew."""
    template, form = get_version(template_id).template, EditForm()
    if form.step.data:
        moved, place = arranged(request.form, form.step.data)
        return _editor(template, rows_sent(moved), form, place=place)
    rows = rows_sent(request.form)
    wrong = [row for row in rows if not row.validate()]
    if wrong or not form.validate():
        return _editor(template, rows, form), 422
    sections, seen = [row.wanted for row in rows], _seen(form)
    try:
        draft = save_sections(template, sections=sections, seen=seen, actor=g.account, now=g.now)
    except SectionsError as error:
        return _editor(template, rows, form, faults=error.faults), 422
    except ConflictError as error:
        db.session.rollback()
        return _editor(get_newest(template_id), rows, faults=[str(error)], theirs=True), 409
    done = (
        "Nothing was changed." if draft.published_at else "The draft is saved. Look at it, then publish it."
    )
    flash(done, "ok")
    return redirect(url_for(".version", template_id=draft.id))


@bp.post("/<int:template_id>/preview")
@allow(Permission.TEMPLATE_CHANGE)
def preview(template_id: int) -> ResponseReturnValue:
    """What was typed, as the fellow will see it: for a script that asks while somebody types."""
    template = get_version(template_id).template
    shown = lay_open(row.wanted for row in rows_sent(request.form))
    return render_template("templating/_preview.html", shown=shown, name=template.name)


@bp.post("/<int:template_id>/publish")
@allow(Permission.TEMPLATE_CHANGE)
def publish(template_id: int) -> ResponseReturnValue:
    """Reports that are begun from now on are written with it."""
    template, form = get_version(template_id).template, EditForm()
    try:
        publish_template(template, seen=_seen(form), actor=g.account, now=g.now)
    except ConflictError as error:
        return _refused(template_id, error)
    flash(f"Published: reports begun from now on use version {template.version} of {template.name}.", "ok")
    return redirect(url_for(".version", template_id=template_id))


@bp.post("/<int:template_id>/discard")
@allow(Permission.TEMPLATE_CHANGE)
def discard(template_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    template, form = get_version(template_id).template, EditForm()
    name = template.name
    try:
        discard_draft(template, seen=_seen(form), actor=g.account, now=g.now)
    except ConflictError as error:
        return _refused(template_id, error)
    flash(f"The draft of {name} is thrown away.", "ok")
    return redirect(url_for(".listing"))


@bp.post("/<int:template_id>/weekly")
@allow(Permission.TEMPLATE_CHANGE)
def choose(template_id: int) -> ResponseReturnValue:
    """Weekly reports are written with it from now on."""
    template = get_version(template_id).template
    try:
        choose_for_weeks(template, actor=g.account, now=g.now)
    except ConflictError as error:
        return _refused(template_id, error)
    flash(f"Weekly reports that are begun from now on are written with {template.name}.", "ok")
    return redirect(url_for(".version", template_id=template_id))


def _seen(form: EditForm) -> int:
    return -1 if form.seen.data is None else form.seen.data


def _refused(template_id: int, error: ConflictError) -> ResponseReturnValue:
    message = str(error)
    db.session.rollback()
    return _shown(template_id, message), 409


def _shown(template_id: int, message: str = "") -> str:
    found = get_version(template_id)
    versions = list_versions(found.template.name)
    sections = wanted_of(found.template)
    earlier = [one.template for one in versions if one.template.version < found.template.version]
    return render_template(
        "templating/version.html",
        found=found,
        template=found.template,
        versions=versions,
        form=EditForm(formdata=None, data={"seen": found.template.saves}),
        shown=lay_open(sections),
        changes=changes_between(wanted_of(earlier[0]), sections) if earlier else None,
        history=list_history(g.account, "report_template", found.template.id),
        message=message,
    )


def _editor(
    template: ReportTemplate,
    rows: list[SectionForm],
    form: EditForm | None = None,
    *,
    place: int = 0,
    faults: Sequence[str] = (),
    theirs: bool = False,
) -> str:
    """The page of the fields. `theirs` if what is stored is to stand beside them; `place` is where typing goes on."""
    if place:
        rows[place - 1].prompt.render_kw = {"autofocus": True}
    return render_template(
        "templating/edit.html",
        template=template,
        rows=rows,
        form=form or EditForm(formdata=None, data={"seen": template.saves}),
        faults=faults,
        most=MOST,
        shown=lay_open(row.wanted for row in rows),
        theirs=[described(one) for one in wanted_of(template)] if theirs else [],
    )
