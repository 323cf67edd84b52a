"""A fellow's own page: their place, and its course."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.clock import today
from program.deadlines.queries import deadlines_of
from program.fellows.listing import mentors_on
from program.fellows.queries import find_leave_on, get_fellowship
from program.fellows.stages import offered_steps
from program.history.queries import list_history
from program.timeline.queries import list_course, sight_of
from program.web import allow

bp = Blueprint("timeline", __name__)


@bp.get("/fellowships/<int:fellowship_id>")
@allow(Permission.FELLOWSHIP_READ)
def person(fellowship_id: int) -> ResponseReturnValue:
    """Everything about a fellowship that the reader may see, the latest first."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_READ, now=g.now)
    sight, day = sight_of(g.account, fellowship, now=g.now), today(g.now, fellowship.cohort.time_zone)
    return render_template(
        "timeline/person.html",
        fellowship=fellowship,
        sight=sight,
        steps=offered_steps(fellowship.stage) if sight.reasons else [],
        mentors=mentors_on(day, [fellowship.id]).get(fellowship.id, []),
        deadlines=deadlines_of(fellowship.id) if sight.reasons else (),
        leave=find_leave_on(fellowship.id, day),
        page=list_course(g.account, fellowship, sight, now=g.now, cursor=request.args.get("after")),
        history=list_history(g.account, "fellowship", fellowship.id),
    )
