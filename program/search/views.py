"""One box that finds people, mentors, organisations and projects."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.forms import NO_TOKEN
from program.names.models import Kind
from program.search.forms import FindForm
from program.search.queries import search_names
from program.web import allow

bp = Blueprint("search", __name__)

LINKS = {
    Kind.PERSON: ("people.person", "account_id"),
    Kind.MENTOR: ("pool.mentor", "mentor_id"),
    Kind.ORGANISATION: ("catalogue.entry", "organisation_id"),
    Kind.PROJECT: ("timeline.person", "fellowship_id"),
}
"""The pages of what is found."""


@bp.get("/search")
@allow(Permission.SEARCH)
def find() -> ResponseReturnValue:
    """What goes by what was typed, by kind."""
    form = FindForm(request.args, meta=NO_TOKEN)
    good, typed = form.validate(), form.q.data or ""
    kind = Kind(form.kind.data) if good and form.kind.data else None
    cursor = request.args.get("after")
    found = search_names(g.account, typed, kind=kind, cursor=cursor, now=g.now) if good and typed else {}
    here = {"found": found, "kind": kind, "typed": typed, "links": LINKS}
    return render_template("search/found.html", form=form, **here), 200 if good else 422
