"""What is deleted when, as those who run the programme read it."""

from typing import cast

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.config import Settings
from program.retention.queries import list_rules, list_runs
from program.retention.rules import RULES
from program.web import allow

bp = Blueprint("retention", __name__)


@bp.get("/retention")
@allow(Permission.RETENTION_READ)
def table() -> ResponseReturnValue:
    """The rules, what the next run would delete, and what earlier ones did."""
    settings = cast("Settings", current_app.extensions["settings"])
    return render_template(
        "retention/table.html",
        rules=list_rules(settings, now=g.now),
        page=list_runs(cursor=request.args.get("after")),
        words={rule.name: rule.what for rule in RULES},
    )
