"""Staff run the waves of surveys here, and read their releases."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission, may_enter
from program.history.queries import list_history
from program.releases.queries import find_job, find_release
from program.releases.services import close_and_summarise
from program.surveys.queries import count_answered, get_wave, list_asked, list_waves
from program.surveys.services import open_wave
from program.web import allow

bp = Blueprint("releases", __name__)


@bp.get("/surveys")
@allow(Permission.RELEASE_READ)
def waves() -> ResponseReturnValue:
    """All waves, the latest first: to the wave for who runs it, else to its release."""
    page = list_waves(cursor=request.args.get("after"))
    runs = may_enter(g.account, Permission.SURVEY_RUN)
    return render_template("releases/waves.html", page=page, runs=runs)


@bp.get("/waves/<int:wave_id>")
@allow(Permission.SURVEY_RUN)
def wave(wave_id: int) -> ResponseReturnValue:
    """One wave: who has answered, never what."""
    found = get_wave(wave_id)
    people = list_asked(wave_id, cursor=request.args.get("after"))
    told = {"counts": count_answered(wave_id), "history": list_history(g.account, "wave", wave_id)}
    return render_template("releases/wave.html", wave=found, people=people, **told)


@bp.post("/waves/<int:wave_id>/open")
@allow(Permission.SURVEY_RUN)
def open_(wave_id: int) -> ResponseReturnValue:
    """Begin to ask."""
    asked = open_wave(get_wave(wave_id), actor=g.account, now=g.now)
    flash(f"The wave is open: {asked} people are asked.", "ok")
    return redirect(url_for(".wave", wave_id=wave_id))


@bp.post("/waves/<int:wave_id>/close")
@allow(Permission.SURVEY_RUN)
def close(wave_id: int) -> ResponseReturnValue:
    """Stop asking and summarise."""
    close_and_summarise(get_wave(wave_id), actor=g.account, now=g.now)
    return redirect(url_for(".release", wave_id=wave_id))


@bp.get("/waves/<int:wave_id>/release")
@allow(Permission.RELEASE_READ)
def release(wave_id: int) -> ResponseReturnValue:
    """The release, or how far its job is; the page comes back by itself until it is there."""
    found = get_wave(wave_id)
    published = find_release(wave_id)
    if published is None:
        return render_template("releases/progress.html", wave=found, job=find_job(wave_id))
    return render_template("releases/release.html", wave=found, release=published, content=published.content)
