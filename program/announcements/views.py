"""Announcements of a cohort: written, looked at with exactly whom they go to, sent once."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.announcements.audience import moved_since, seen_as
from program.announcements.forms import AnnouncementForm, SendForm, filled
from program.announcements.letters import preview_of
from program.announcements.models import Announcement
from program.announcements.people import (
    count_left_out,
    list_left_out,
    list_reached,
    list_reached_ids,
    names_of,
)
from program.announcements.queries import (
    WORDS,
    courses_of,
    get_announcement,
    get_own_announcement,
    list_announcements,
    list_recipients,
)
from program.announcements.services import (
    discard_draft,
    draft_announcement,
    save_draft,
    send_announcement,
)
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.cohorts.states import check_changeable
from program.errors import ConflictError
from program.fellows.listing import list_managers
from program.forms import asked_row
from program.limits import ANNOUNCEMENTS
from program.tries import limited
from program.web import allow

bp = Blueprint("announcements", __name__)
NAMED = 10
"""How many of those who came or went since the preview was looked at are named."""


@bp.get("/cohorts/<int:cohort_id>/announcements")
@allow(Permission.ANNOUNCEMENT_READ)
def listing(cohort_id: int) -> ResponseReturnValue:
    """What was sent to people of a cohort, and one's own drafts, the newest first."""
    cohort = get_cohort(cohort_id)
    page = list_announcements(g.account, cohort.id, cursor=request.args.get("after"))
    courses = courses_of([one.id for one in page.rows])
    return render_template("announcements/list.html", cohort=cohort, page=page, courses=courses)


@bp.get("/cohorts/<int:cohort_id>/announcements/new")
@allow(Permission.ANNOUNCEMENT_WRITE)
def new(cohort_id: int) -> ResponseReturnValue:
    """A new one; the address may say for which track, and around whose fellows."""
    cohort = get_cohort(cohort_id)
    check_changeable(cohort.state)
    form = _form(cohort, formdata=None)
    form.tracks.data = [asked] if (asked := asked_row("track")) else []
    form.manager.data = str(asked_row("manager") or "")
    return _written(cohort, None, form)


@bp.post("/cohorts/<int:cohort_id>/announcements/new")
@allow(Permission.ANNOUNCEMENT_WRITE)
def draft(cohort_id: int) -> ResponseReturnValue:
    """Keep it as a draft, and show it."""
    cohort = get_cohort(cohort_id)
    check_changeable(cohort.state)
    form = _form(cohort)
    if not form.validate_on_submit():
        return _written(cohort, None, form), 422
    one = draft_announcement(cohort, writing=form.writing, actor=g.account, now=g.now)
    return redirect(url_for(".page", announcement_id=one.id))


@bp.get("/announcements/<int:announcement_id>")
@allow(Permission.ANNOUNCEMENT_READ)
def page(announcement_id: int) -> ResponseReturnValue:
    """A draft as it will look, and exactly whom it goes to; one that was sent, and what became of it."""
    one = get_announcement(g.account, announcement_id)
    return _looked_at(one) if one.sent_at is None else _sent(one)


@bp.get("/announcements/<int:announcement_id>/edit")
@allow(Permission.ANNOUNCEMENT_WRITE)
def edit(announcement_id: int) -> ResponseReturnValue:
    """A draft, to go on writing."""
    one = get_own_announcement(g.account, announcement_id)
    return _written(one.cohort, one, _form(one.cohort, data=filled(one), formdata=None))


@bp.post("/announcements/<int:announcement_id>/edit")
@allow(Permission.ANNOUNCEMENT_WRITE)
def save(announcement_id: int) -> ResponseReturnValue:
    """Keep the draft, and show it."""
    one = get_own_announcement(g.account, announcement_id)
    form = _form(one.cohort)
    if not form.validate_on_submit():
        return _written(one.cohort, one, form), 422
    try:
        save_draft(one, writing=form.writing, version=form.based_on, actor=g.account, now=g.now)
    except ConflictError as conflict:
        form.form_errors, form.version.data = [str(conflict)], str(one.version)
        return _written(one.cohort, one, form), conflict.status
    return redirect(url_for(".page", announcement_id=one.id))


@bp.post("/announcements/<int:announcement_id>/send")
@allow(Permission.ANNOUNCEMENT_WRITE)
@limited(ANNOUNCEMENTS)
def send(announcement_id: int) -> ResponseReturnValue:
    """Send it as it was looked at; show it again if text or people are others by now."""
    one = get_own_announcement(g.account, announcement_id)
    seen = SendForm().seen.data or ""
    try:
        people = send_announcement(one, seen=seen, actor=g.account, now=g.now)
    except ConflictError as conflict:
        return _looked_at(one, seen=seen, conflict=str(conflict)), conflict.status
    if people:
        whom = "1 person" if people == 1 else f"{people:,} people"
        flash(f"It goes to {whom} now, to each by a mail of their own.", "ok")
    else:
        flash("It was sent already, and is not sent again.", "warn")
    return redirect(url_for(".page", announcement_id=one.id))


@bp.post("/announcements/<int:announcement_id>/discard")
@allow(Permission.ANNOUNCEMENT_WRITE)
def discard(announcement_id: int) -> ResponseReturnValue:
    """The draft is not wanted."""
    one = get_own_announcement(g.account, announcement_id)
    discard_draft(one, actor=g.account, now=g.now)
    flash("The draft is discarded. Nothing was sent.", "ok")
    return redirect(url_for(".listing", cohort_id=one.cohort_id))


def _form(cohort: Cohort, **kwargs: Any) -> AnnouncementForm:
    return AnnouncementForm(offered=cohort.tracks, managers=list_managers(), **kwargs)


def _written(cohort: Cohort, one: Announcement | None, form: AnnouncementForm) -> str:
    return render_template("announcements/write.html", cohort=cohort, one=one, form=form)


def _looked_at(one: Announcement, *, seen: str = "", conflict: str = "") -> str:
    account_ids = list_reached_ids(one, now=g.now)
    left = request.args.get("show") == "left-out"
    people = (list_left_out if left else list_reached)(one, now=g.now, cursor=request.args.get("after"))
    names = [person.name for person in people.rows] if not left else []
    return render_template(
        "announcements/draft.html",
        one=one,
        mail=preview_of(one, to_name=next(iter(names), one.author.name)),
        people=people,
        left=left,
        counts=(len(account_ids), count_left_out(one, now=g.now)),
        form=SendForm(formdata=None, data={"seen": seen_as(one.version, account_ids)}),
        conflict=conflict,
        moved=_moved(one, seen, account_ids) if seen else None,
    )


def _moved(one: Announcement, seen: str, account_ids: Any) -> dict[str, Any]:
    moved = moved_since(seen, version=one.version, account_ids=account_ids)
    came, went = (names_of(ids, limit=NAMED) for ids in (moved.came, moved.went))
    return {
        "rewritten": moved.rewritten,
        "came": (came, len(moved.came)),
        "went": (went, len(moved.went)),
    }


def _sent(one: Announcement) -> str:
    return render_template(
        "announcements/sent.html",
        one=one,
        mail=preview_of(one, to_name=one.author.name),
        course=courses_of([one.id])[one.id],
        people=list_recipients(one, cursor=request.args.get("after")),
        words=WORDS,
    )
