"""What a browser keeps of a sign-in: the token of its session, in a cookie that begins anew."""

from flask import g, session, url_for

from program.sign_in.services import end_session

SESSION_KEY = "sign_in"


def begin_in_browser(token: str) -> str:
    """Where the person was going, signed in anew: the session that this browser had before is over."""
    if g.account is not None:
        end_session(g.account.acting, now=g.now)
    return keep_signed_in(token)


def keep_signed_in(token: str) -> str:
    """Where the person was going. Nothing that the cookie held before somebody signed in outlives it."""
    target = session.get("next") or url_for("home.index")
    session.clear()
    session.permanent = True
    session[SESSION_KEY] = token
    return str(target)
