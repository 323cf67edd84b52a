"""The catalogue of organisations as staff keep it."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.catalogue.forms import AliasForm, CatalogueForm, EntryForm, MergeForm, NearForm
from program.catalogue.queries import find_ties, list_affiliated, list_nearest
from program.exports.sending import export_url, send_list
from program.exports.services import Sheet
from program.forms import NO_TOKEN
from program.history.queries import list_history
from program.limits import LIST_EXPORTS
from program.organisations.models import Organisation, Sector
from program.organisations.queries import (
    count_to_sort,
    get_merge,
    get_organisation,
    list_entries,
    list_merges,
)
from program.organisations.services import (
    add_alias,
    add_organisation,
    change_organisation,
    merge_organisations,
    remove_alias,
    undo_merge,
)
from program.tries import limited
from program.web import allow

bp = Blueprint("catalogue", __name__)

SHEET: Sheet[Organisation] = Sheet(
    "organisations",
    Permission.ORGANISATION_READ,
    {
        "name": lambda entry: entry.name,
        "sector": lambda entry: entry.sector.word,
        "aliases": lambda entry: "; ".join(alias.name for alias in entry.aliases),
        "to sort": lambda entry: entry.provisional,
    },
)


@bp.get("/organisations")
@allow(Permission.ORGANISATION_READ)
def listing() -> ResponseReturnValue:
    """The entries by name, or those that are looked for."""
    form = CatalogueForm(request.args, meta=NO_TOKEN)
    return _list(form, good=form.validate())


@bp.post("/organisations/export")
@allow(Permission.ORGANISATION_READ)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """What is looked for, as a sheet."""
    form = CatalogueForm(request.args, meta=NO_TOKEN)
    if not form.validate():
        return _list(form, good=False)
    return send_list(SHEET, partial(list_entries, **form.search), asked=form)


@bp.get("/organisations/new")
@allow(Permission.ORGANISATION_CHANGE)
def new() -> ResponseReturnValue:
    """An entry that is not there yet."""
    return render_template("catalogue/new.html", form=EntryForm())


@bp.post("/organisations/new")
@allow(Permission.ORGANISATION_CHANGE)
def add() -> ResponseReturnValue:
    """Add the entry."""
    form = EntryForm()
    if not form.validate_on_submit():
        return render_template("catalogue/new.html", form=form), 422
    entry = add_organisation(name=form.name.data or "", sector=form.chosen, actor=g.account, now=g.now)
    return _done(entry, f"{entry.name} is in the catalogue.")


@bp.get("/organisations/<int:organisation_id>")
@allow(Permission.ORGANISATION_READ)
def entry(organisation_id: int) -> ResponseReturnValue:
    """One entry, who is tied to it, and what can be done with it."""
    return _drawn(get_organisation(organisation_id))


@bp.post("/organisations/<int:organisation_id>")
@allow(Permission.ORGANISATION_CHANGE)
def change(organisation_id: int) -> ResponseReturnValue:
    """Name and sector; a name that waited to be sorted is an entry from then on."""
    found = get_organisation(organisation_id)
    form = EntryForm(entry=found)
    if not form.validate_on_submit():
        return _drawn(found, form=form), 422
    change_organisation(found, name=form.name.data or "", sector=form.chosen, actor=g.account, now=g.now)
    return _done(found, f"Saved: {found.name}, {found.sector.word}.")


@bp.post("/organisations/<int:organisation_id>/aliases")
@allow(Permission.ORGANISATION_CHANGE)
def call(organisation_id: int) -> ResponseReturnValue:
    """One more name for it."""
    found, form = get_organisation(organisation_id), AliasForm(prefix="alias-")
    if not form.validate_on_submit():
        return _drawn(found, alias=form), 422
    add_alias(found, name=form.name.data or "", actor=g.account, now=g.now)
    return _done(found, f"{form.name.data} leads to {found.name} from now on.")


@bp.post("/organisations/<int:organisation_id>/aliases/<int:alias_id>/remove")
@allow(Permission.ORGANISATION_CHANGE)
def uncall(organisation_id: int, alias_id: int) -> ResponseReturnValue:
    """A name that was none of its."""
    found = get_organisation(organisation_id)
    remove_alias(found, alias_id=alias_id, actor=g.account, now=g.now)
    return _done(found, "The alias is gone.")


@bp.get("/organisations/<int:organisation_id>/merge")
@allow(Permission.ORGANISATION_CHANGE)
def preview(organisation_id: int) -> ResponseReturnValue:
    """Into which entry it could be merged, and what that would do."""
    return _previewed(get_organisation(organisation_id))


@bp.post("/organisations/<int:organisation_id>/merge")
@allow(Permission.ORGANISATION_CHANGE)
def merge(organisation_id: int) -> ResponseReturnValue:
    """Merge it."""
    found, form = get_organisation(organisation_id), MergeForm()
    if not form.validate_on_submit():
        return _previewed(found), 422
    into = get_organisation(form.into.data or 0)
    merge_organisations(found, into=into, actor=g.account, now=g.now)
    return _done(into, f"{found.name} counts as {into.name} from now on. This can be undone below.")


@bp.post("/organisations/merges/<int:merge_id>/undo")
@allow(Permission.ORGANISATION_CHANGE)
def unmerge(merge_id: int) -> ResponseReturnValue:
    """Everything as it was before the merge."""
    found = get_merge(merge_id)
    undo_merge(found, actor=g.account, now=g.now)
    return _done(found.source, f"{found.source.name} and {found.target.name} are two entries again.")


def _list(form: CatalogueForm, *, good: bool) -> ResponseReturnValue:
    page = list_entries(**form.search, cursor=request.args.get("after")) if good else None
    here = {"to_sort": count_to_sort(), "export_url": export_url(".export", form)}
    return render_template("catalogue/list.html", form=form, page=page, **here), 200 if good else 422


def _drawn(found: Organisation, **forms: Any) -> str:
    sector = "" if found.sector is Sector.UNSORTED else found.sector.value
    shown = {
        "form": EntryForm(data={"name": found.name, "sector": sector}, entry=found),
        "alias": AliasForm(prefix="alias-"),
        **forms,
    }
    page = list_affiliated(found.id, cursor=request.args.get("after"))
    here = {"merges": list_merges(found.id), "history": list_history(g.account, "organisation", found.id)}
    return render_template("catalogue/entry.html", entry=found, page=page, **here, **shown)


def _previewed(found: Organisation) -> str:
    asked = NearForm(request.args, meta=NO_TOKEN)
    good = asked.validate()
    into = get_organisation(asked.into.data) if good and asked.into.data else None
    here = {
        "into": into,
        "ties": [(one, find_ties(one)) for one in (found, into) if into is not None and one is not None],
        "near": list_nearest(found, typed=asked.named.data or "") if good and into is None else [],
    }
    return render_template("catalogue/merge.html", entry=found, asked=asked, **here)


def _done(found: Organisation, said: str) -> ResponseReturnValue:
    flash(said, "ok")
    return redirect(url_for(".entry", organisation_id=found.id))
