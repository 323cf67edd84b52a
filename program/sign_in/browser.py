"""What a browser keeps of a sign-in: the token of its session, in a cookie that begins anew."""

from flask import session, url_for

SESSION_KEY = "sign_in"


def keep_signed_in(token: str) -> str:
    """Where the person was going. Nothing that the cookie held before somebody signed in outlives it."""
    target = session.get("next") or url_for("home.index")
    session.clear()
    session.permanent = True
    session[SESSION_KEY] = token
    return str(target)
