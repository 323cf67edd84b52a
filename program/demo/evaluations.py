"""The demo's evaluations: mentors are asked half way, and two of them have answered."""

from datetime import datetime, timedelta

from program import clock
from program.cohorts.plans import CLOSE_OF_DAY
from program.demo.roster import Demo, Place
from program.demo.setting import DAY
from program.evaluations.models import EvaluationRound, Moment
from program.evaluations.queries import get_desk, list_sent_reports
from program.evaluations.rules import Answers
from program.evaluations.services import send_evaluation, set_round
from program.extensions import db

OPEN_SINCE = 3 * DAY
SENT_AGO = (timedelta(hours=30), timedelta(hours=7))
SAID = (
    Answers(
        scores={"execution": 8, "judgement": 7, "communication": 9, "independence": 6},
        evidence={
            "execution": "The sweep over layers came a week early, and its figures held when I reran two.",
            "communication": "Two people outside the project built on the note of week 3 without asking anything.",
            "independence": "Asks early. The choice of the second model still came from me.",
        },
        comment="I would take them on for the extension.",
    ),
    Answers(
        scores={"execution": 4, "judgement": 7, "communication": 5, "independence": 5},
        evidence={
            "execution": "Two of the four weeks had to be sent again because the baseline was missing.",
            "judgement": "Dropped the first probe for a good reason, and said so before I did.",
        },
        comment="More pairing in the second half would help.",
    ),
)
"""What the first two fellows' mentors said."""


def midpoint_evaluations(demo: Demo) -> EvaluationRound:
    """A round that opened some days ago and is due with the week after this one; two were sent."""
    zone = demo.cohort.deadline_zone
    opens_on = clock.today(demo.now - OPEN_SINCE, zone)
    due_on = clock.today(demo.periods[6].due_at, zone)
    asked = set_round(
        demo.cohort,
        moment=Moment.MIDPOINT,
        opens_on=opens_on,
        due_on=due_on,
        actor=demo.coordinator,
        now=clock.deadline(demo.cohort.starts_on, CLOSE_OF_DAY, zone),
    )
    for place, said, ago in zip(demo.places, SAID, SENT_AGO, strict=False):
        _evaluate(asked, place, said, at=demo.now - ago)
    db.session.flush()
    return asked


def _evaluate(asked: EvaluationRound, place: Place, said: Answers, *, at: datetime) -> None:
    mentor = place.mentor_at(at)
    desk = get_desk(mentor, asked.id, place.fellowship.id, now=at)
    shown = [report.id for report in list_sent_reports(place.fellowship.id)][:2]
    answers = Answers(said.scores, said.evidence, said.comment, frozenset(shown))
    send_evaluation(desk, answers=answers, meant=False, version=0, actor=mentor, now=at)
