"""A fellow's page of a wave."""

from typing import cast

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.config import Settings
from program.organisations.queries import list_organisations, merged_ids
from program.surveys.forms import WaveForm, typed_answers, wave_form
from program.surveys.models import Participation
from program.surveys.pseudonyms import pseudonym
from program.surveys.queries import find_response, get_participation
from program.surveys.services import answer_wave
from program.web import allow

bp = Blueprint("surveys", __name__)


@bp.get("/waves/<int:wave_id>/answer")
@allow(Permission.SURVEY_ANSWER)
def answer(wave_id: int) -> ResponseReturnValue:
    """The questions, with what the person answered before."""
    participation = get_participation(g.account, wave_id, now=g.now)
    response = find_response(wave_id, _own_name(participation))
    questions = participation.wave.questionnaire.questions
    data = typed_answers(questions, response.answers if response else [], merged_ids())
    return _page(participation, wave_form(questions, list_organisations())(data=data))


@bp.post("/waves/<int:wave_id>/answer")
@allow(Permission.SURVEY_ANSWER)
def keep(wave_id: int) -> ResponseReturnValue:
    """Keep the answers; they can be changed until the wave closes."""
    participation = get_participation(g.account, wave_id, now=g.now)
    form = wave_form(participation.wave.questionnaire.questions, list_organisations())()
    if not form.validate_on_submit():
        return _page(participation, form), 422
    answer_wave(participation, answers=form.answers, actor=g.account, key=_settings().survey_key, now=g.now)
    flash("Your answers are kept. You can change them until the survey closes.", "ok")
    return redirect(url_for("home.index"))


def _page(participation: Participation, form: WaveForm) -> str:
    wave = participation.wave
    return render_template(
        "surveys/answer.html",
        participation=participation,
        wave=wave,
        form=form,
        open=wave.takes_answers(g.now),
    )


def _own_name(participation: Participation) -> str:
    return pseudonym(participation.wave.survey_id, participation.fellowship_id, key=_settings().survey_key)


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])
