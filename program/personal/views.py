"""What is held about a person: taken home by themself, erased by those who run the programme."""

from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission, require
from program.accounts.models import Account
from program.limits import DATA_EXPORTS
from program.people.queries import get_person
from program.personal.forms import EraseForm
from program.personal.queries import count_erasable, list_titles
from program.personal.services import erase_person, export_own_data
from program.tries import limited
from program.web import allow

bp = Blueprint("personal", __name__)
IN_MEMORY = 1_000_000
"""Bytes of the zip beyond which it is made on disk."""


@bp.get("/account/data")
@allow(Permission.SIGNED_IN)
def own() -> ResponseReturnValue:
    """What is held, in plain words."""
    titles = list_titles()
    return render_template("personal/own.html", titles=titles)


@bp.post("/account/data")
@allow(Permission.SIGNED_IN, fresh=True)
@limited(DATA_EXPORTS)
def take() -> ResponseReturnValue:
    """All of it, as a zip. It is made whole before it is sent, on disk if it is large."""
    file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it is closed with the answer
    export_own_data(into=file, actor=g.account, now=g.now)
    file.seek(0)
    response = send_file(file, mimetype="application/zip")
    response.headers["Content-Disposition"] = "attachment; filename=what-is-held-about-you.zip"
    return response


@bp.get("/people/<int:account_id>/erase")
@allow(Permission.PERSON_ERASE, fresh=True)
def ask(account_id: int) -> ResponseReturnValue:
    """What erasing this person does, and the field that makes sure."""
    person = get_person(account_id)
    require(g.account, Permission.PERSON_ERASE, person, now=g.now)
    return _drawn(person, EraseForm(person))


@bp.post("/people/<int:account_id>/erase")
@allow(Permission.PERSON_ERASE, fresh=True)
def erase(account_id: int) -> ResponseReturnValue:
    """There is no way back."""
    person = get_person(account_id)
    require(g.account, Permission.PERSON_ERASE, person, now=g.now)
    form = EraseForm(person)
    if not form.validate_on_submit():
        return _drawn(person, form), 422
    erase_person(person, actor=g.account, now=g.now)
    flash("The person is erased. What others need of their work stands under another name.", "ok")
    return redirect(url_for("people.person", account_id=person.id))


def _drawn(person: Account, form: EraseForm) -> str:
    counts = count_erasable(person.id)
    return render_template(
        "personal/erase.html", person=person, form=form, counts=counts, erased=person.is_erased
    )
