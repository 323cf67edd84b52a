"""A fellow's whole story on one page, and to take away."""

from collections.abc import Callable

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.errors import DomainError
from program.limits import STORY_EXPORTS
from program.story.forms import CopyForm
from program.story.models import Story, title_of
from program.story.queries import ON_A_PAGE, get_chapter, get_story
from program.story.services import Copy, copy_story
from program.tries import limited
from program.web import allow

bp = Blueprint("story", __name__)


@bp.get("/fellowships/<int:fellowship_id>/story")
@allow(Permission.REPORT_READ)
def story(fellowship_id: int) -> ResponseReturnValue:
    """What the fellow sent, a part of it at a time."""
    part = request.args.get("part", "")
    number = int(part) if part.isascii() and part.isdigit() and len(part) < 6 else 1
    told = get_story(g.account, fellowship_id, now=g.now, part=number)
    return _page(told)


@bp.get("/reports/<int:report_id>/paper")
@allow(Permission.REPORT_READ)
def report(report_id: int) -> ResponseReturnValue:
    """One report, to be printed and taken away."""
    return _page(get_chapter(g.account, report_id, now=g.now))


@bp.post("/fellowships/<int:fellowship_id>/story/export")
@allow(Permission.REPORT_READ)
@limited(STORY_EXPORTS)
def export(fellowship_id: int) -> ResponseReturnValue:
    """All of it as a file."""
    return _sent(lambda: get_story(g.account, fellowship_id, now=g.now))


@bp.post("/reports/<int:report_id>/export")
@allow(Permission.REPORT_READ)
@limited(STORY_EXPORTS)
def export_report(report_id: int) -> ResponseReturnValue:
    """One report as a file."""
    return _sent(lambda: get_chapter(g.account, report_id, now=g.now))


def _page(told: Story) -> str:
    return render_template("story/story.html", story=told, on_a_page=ON_A_PAGE, title_of=title_of)


def _sent(read: Callable[[], Story]) -> Response:
    form = CopyForm()
    if not form.validate_on_submit():
        raise DomainError(
            "Reports are taken away as PDF, Markdown or CSV. Go back and press one of the buttons."
        )
    kind = Copy(form.kind.data)
    name, made = copy_story(read, kind=kind, actor=g.account, now=g.now)
    answer = Response(made, mimetype=kind.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
