"""What every request goes through: the door, the transaction, the headers and the errors."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, jsonify, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from program.access import Actor, Permission, may_enter
from program.door import is_fresh, may_look
from program.errors import DomainError, ForbiddenError, NotFoundError
from program.extensions import db
from program.headers import harden
from program.typed import NOTHING, Kept, typed_text

View = TypeVar("View", bound=Callable[..., Any])
LOOK_ENDPOINTS = frozenset({"static", "home.index", "looking.end"})
"""What stays open beside the pages that may be looked at as somebody else."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MEGABYTE = 1024 * 1024
TITLES = {
    404: "There is nothing here",
    405: "That cannot be done here",
    413: "That is too much at once",
    429: "Too many tries",
    500: "Something broke on our side",
}
FIRST_AID = {
    404: "The address may be mistyped, or it belongs to somebody else. Your own pages start at the top of this one.",
    405: "That page is read, not written to. Nothing was changed.",
    413: "That was more than a page takes ({most} MB, 500 fields). Nothing was saved: please send less.",
    429: "There were too many tries. Please wait a quarter of an hour, for downloads an hour, then try again.",
    500: "Something broke on our side and was written down. Nothing you saved before is lost: go back and try again.",
}


class RowId(IntegerConverter):
    """A number in an address. One that no row can have matches no route, rather than failing in the database."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def allow(permission: Permission, *, fresh: bool = False) -> Callable[[View], View]:
    """Declare which permission opens the route; with `fresh`, only to who proved who they are a moment ago.

    A route that declares none is refused.
    """

    def declare(view: View) -> View:
        view.permission, view.fresh = permission, fresh  # type: ignore[attr-defined]
        return view

    return declare


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """The permission that the endpoint's view declares."""
    return getattr(app.view_functions[endpoint], "permission", None)


def is_sensitive(app: Flask, endpoint: str) -> bool:
    """Whether the endpoint's view wants a sign-in of the last ten minutes."""
    return getattr(app.view_functions[endpoint], "fresh", False)


def guard() -> ResponseReturnValue | None:
    """Let in who has the route's permission; send strangers to the sign-in, and keep what they typed."""
    if request.endpoint is None:
        return None
    permission = permission_of(current_app, request.endpoint)
    if g.account is not None and g.account.seen_by is not None:
        _guard_look(permission)
    if permission is not None and may_enter(g.account, permission):
        return _ask_again() if _is_stale() else None
    if permission is not None and g.account is not None and may_enter(_with_all_roles(), permission):
        return _ask_again()
    if permission is None or g.account is not None:
        raise NotFoundError(FIRST_AID[404])
    return _ask_to_sign_in()


def _guard_look(permission: Permission | None) -> None:
    """Who looks at the site as somebody else reads the pages that may be looked at, and can only end it.

    Raises ForbiddenError.
    """
    home_or_asset = request.endpoint in LOOK_ENDPOINTS
    if not (home_or_asset or may_look(permission, reads=request.method in SAFE_METHODS)):
        raise ForbiddenError(
            f"You see the site as {g.account.name} does: drafts, surveys, accounts and steps stay closed."
        )


def _with_all_roles() -> Actor:
    """The person with the roles too that wait for a second factor."""
    return cast("Actor", replace(g.account, roles=g.account.held))


def _is_stale() -> bool:
    """Whether the route is a sensitive one and it is too long ago that the person showed who they are."""
    if g.account is None or not is_sensitive(current_app, request.endpoint or ""):
        return False
    return not is_fresh(g.account, now=g.now)


def _ask_again() -> ResponseReturnValue:
    """Show once more, or by a second factor, that it is the person; then go on."""
    if request.method not in SAFE_METHODS:
        session["next"] = _own_page_before()
        message = "This step wants you to show once more who you are. Do so, then repeat it."
        return render_error(401, "Please show once more that it is you", message, kept=typed_text())
    session["next"] = request.full_path.rstrip("?")
    return current_app.redirect(url_for("factors.again"))


def _own_page_before() -> str:
    """The page of ours that the request came from, without its query; else the home page."""
    site, came_from = request.host_url, request.referrer or ""
    path = came_from.removeprefix(site).partition("?")[0] if came_from.startswith(site) else ""
    return "/" if path.startswith(("/", "\\")) else f"/{path}"


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in SAFE_METHODS:
        message = "You were signed out before this arrived. Sign in, then paste what you typed from below."
        return render_error(401, "Please sign in again", message, kept=typed_text())
    session["next"] = request.full_path.rstrip("?")
    return current_app.redirect(url_for("sign_in.ask"))


def end_transaction(response: Response) -> Response:
    """Commit a successful unsafe request, once; anything else leaves no trace but what `commit_refusal` wants."""
    if request.method not in SAFE_METHODS and (response.status_code < 400 or g.get("refusal_counts", False)):
        db.session.commit()
    else:
        db.session.rollback()
    return response


def commit_refusal() -> None:
    """What this request has written, the record that somebody was refused, is kept although it failed."""
    g.refusal_counts = True


def render_error(
    status: int,
    title: str,
    message: str,
    *,
    kept: Kept = NOTHING,
    resend_url: str | None = None,
) -> ResponseReturnValue:
    """An error as JSON for scripts and as a page for people."""
    db.session.rollback()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(status=status, title=title, message=message), status
    page = render_template(
        "errors/error.html",
        status=status,
        title=title,
        message=message,
        kept=kept,
        resend_url=resend_url,
    )
    return page, status


def on_domain_error(error: DomainError) -> ResponseReturnValue:
    """Any rule that said no. Tries to get round one are noted once the request is over."""
    g.refused = error
    return render_error(error.status, error.title, str(error), kept=typed_text())


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """Whatever the framework refuses, and unexpected faults (500)."""
    if error.response is not None:
        return error.response
    g.refused, status = error, error.code or 500
    kept = typed_text() if status not in (400, 413, 429) else NOTHING
    message = FIRST_AID.get(status, error.description or "")
    if status == 413:
        message = message.format(most=(request.max_content_length or 0) // MEGABYTE)
    return render_error(status, TITLES.get(status, error.name), message, kept=kept)


def on_strange_host(_error: SecurityError) -> ResponseReturnValue:
    """A request for a host that is not ours, from which no page and no link can be made."""
    return "This is not the address of the programme.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}


def on_broken_body(_error: Exception) -> ResponseReturnValue:
    """A body that is not sent as it should be, which only shows when it is read: the web server stops at it."""
    return render_error(400, "That did not arrive whole", "Nothing was saved: please send it again.")


def on_stale_form(error: CSRFError) -> ResponseReturnValue:
    """A form that was open too long. The text is offered again, with a fresh token, but only to our own pages.

    From another site's page it is a forgery, which is noted.
    """
    message = (
        "The page was open for a long time, so we ask once more. Nothing you typed is lost: it is below."
    )
    own_page = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    g.refused = None if own_page else error
    again = request.path if own_page else None
    return render_error(400, "Please send this again", message, kept=typed_text(), resend_url=again)


def init_web(app: Flask) -> None:
    """Put the door, the transaction, the headers and the error pages around every view."""
    app.url_map.converters["int"] = RowId
    app.before_request(guard)
    app.after_request(harden)
    app.after_request(end_transaction)
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(CSRFError, on_stale_form)
    app.register_error_handler(SecurityError, on_strange_host)
    app.register_error_handler(ParseException, on_broken_body)
    app.register_error_handler(NoMoreData, on_broken_body)
    app.register_error_handler(HTTPException, on_http_error)
