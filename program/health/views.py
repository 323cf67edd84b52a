"""For whatever watches the machines."""

from hmac import compare_digest

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.errors import NotFoundError
from program.health.metrics import CONTENT_TYPE, write_metrics
from program.health.queries import read_health
from program.web import FIRST_AID, allow

bp = Blueprint("health", __name__)


@bp.get("/health/live")
@allow(Permission.PUBLIC)
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(live=True)


@bp.get("/health/ready")
@allow(Permission.PUBLIC)
def ready() -> ResponseReturnValue:
    """200 while requests can be served, else 503; with what there is to know about the work behind them."""
    health = read_health(current_app.extensions["settings"].redis_url, now=g.now)
    return jsonify(health.as_dict()), 200 if health.ready else 503


@bp.get("/metrics")
@allow(Permission.PUBLIC)
def metrics() -> ResponseReturnValue:
    """How sending goes, for who shows the token of the settings. To all others there is nothing here."""
    token = current_app.extensions["settings"].metrics_token
    shown = request.authorization.token if request.authorization else None
    if not token or not compare_digest((shown or "").encode(), token.encode()):
        raise NotFoundError(FIRST_AID[404])
    return Response(write_metrics(g.now), content_type=CONTENT_TYPE)
