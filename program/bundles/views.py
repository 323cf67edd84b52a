"""Staff have the reports of a cohort put into one zip, and take it."""

from tempfile import SpooledTemporaryFile
from typing import Any, cast

from flask import Blueprint, current_app, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.bundles.queries import find_making, get_ready, list_bundles
from program.bundles.services import start_bundle, take_bundle
from program.cohorts.queries import get_cohort
from program.config import Settings
from program.exports.services import called
from program.limits import BUNDLES, STORY_EXPORTS
from program.tries import limited
from program.web import allow

bp = Blueprint("bundles", __name__)
IN_MEMORY = 4_000_000
"""Bytes of a zip beyond which it is put together on disk."""


@bp.get("/cohorts/<int:cohort_id>/reports")
@allow(Permission.COHORT_READ)
def listing(cohort_id: int) -> ResponseReturnValue:
    """How far the one in the making is, and those that are ready."""
    cohort = get_cohort(cohort_id)
    return render_template(
        "bundles/list.html",
        cohort=cohort,
        page=list_bundles(cohort.id, cursor=request.args.get("after")),
        making=find_making(cohort.id),
        kept_days=cast("Settings", current_app.extensions["settings"]).bundle_days,
    )


@bp.post("/cohorts/<int:cohort_id>/reports")
@allow(Permission.COHORT_READ)
@limited(BUNDLES)
def start(cohort_id: int) -> ResponseReturnValue:
    """Have one made."""
    start_bundle(get_cohort(cohort_id), actor=g.account, now=g.now)
    return redirect(url_for(".listing", cohort_id=cohort_id))


@bp.post("/bundles/<int:bundle_id>/export")
@allow(Permission.COHORT_READ)
@limited(STORY_EXPORTS)
def export(bundle_id: int) -> ResponseReturnValue:
    """Take one that is ready."""
    bundle = get_ready(bundle_id)
    file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it is closed with the answer
    take_bundle(bundle, into=file, actor=g.account, now=g.now)
    file.seek(0)
    name = f"{called(bundle.cohort.name, 'reports', now=g.now)}.zip"
    response = send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
