"""For whatever watches the machines."""

from flask import Blueprint, current_app, g, jsonify
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.health.queries import read_health
from program.web import allow

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.get("/live")
@allow(Permission.PUBLIC)
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(live=True)


@bp.get("/ready")
@allow(Permission.PUBLIC)
def ready() -> ResponseReturnValue:
    """200 while requests can be served, else 503; with what there is to know about the work behind them."""
    health = read_health(current_app.extensions["settings"].redis_url, now=g.now)
    return jsonify(health.as_dict()), 200 if health.ready else 503
