"""The page that says who may do what."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from program.access import PRIVILEGED, Permission, Role
from program.door import FRESH
from program.policy.queries import list_policy
from program.web import allow

bp = Blueprint("policy", __name__)


@bp.get("/admin/policy")
@allow(Permission.POLICY_READ)
def table() -> ResponseReturnValue:
    """The whole table, as it is enforced."""
    return render_template(
        "policy/table.html",
        lines=list_policy(current_app),
        roles=list(Role),
        privileged=PRIVILEGED,
        wants_second_factor=current_app.extensions["settings"].require_second_factor,
        fresh_minutes=FRESH.seconds // 60,
    )
