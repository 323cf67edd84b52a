"""The one factory: for the web server, the workers, the command line and the tests."""

import gc
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from program import presentation, web
from program.access import Permission
from program.accounts import views as accounts
from program.alerts import views as alerts
from program.announcements import views as announcements
from program.answering import views as answering
from program.assignments import views as assignments
from program.attachments import views as attachments
from program.board import views as board
from program.body import init_body
from program.bounces import views as bounces
from program.bundles import views as bundles
from program.catalogue import views as catalogue
from program.coaching import views as coaching
from program.cohorts import views as cohorts
from program.commenting import views as commenting
from program.concerns import views as concerns
from program.config import TEMPLATES, Settings, load_settings
from program.copying import views as copying
from program.demo import views as demo
from program.deploy import is_in_production, refuse_unsafe
from program.digests import views as digests
from program.doorbell import init_doorbell
from program.evaluations import views as evaluations
from program.extending import views as extending
from program.extensions import csrf, db, limiter, migrate
from program.factors import views as factors
from program.feeds import views as feeds
from program.fellows import views as fellows
from program.finding import views as finding
from program.health import views as health
from program.history import views as history
from program.history.refusals import init_refusals
from program.home import views as home
from program.imports import views as imports
from program.invitations import views as invitations
from program.ladders import views as ladders
from program.leaves import views as leaves
from program.logs.lines import configure_logs
from program.logs.requests import init_request_log
from program.looking import views as looking
from program.oidc import views as oidc
from program.onboarding import views as onboarding
from program.outbox import views as outbox
from program.passkeys import views as passkeys
from program.people import views as people
from program.personal import views as personal
from program.policy import views as policy
from program.pool import views as pool
from program.portfolio import views as portfolio
from program.postponing import views as postponing
from program.ramp import views as ramp
from program.recruiting import views as recruiting
from program.releases import views as releases
from program.reports import views as reports
from program.requesting import views as requesting
from program.retention import views as retention
from program.reviews import views as reviews
from program.schedule import views as schedule
from program.search import views as search
from program.sign_in import views as sign_in
from program.story import views as story
from program.succession import views as succession
from program.surveys import views as surveys
from program.templating import views as templating
from program.timeline import views as timeline
from program.tries import storage_config
from program.writing import views as writing

FEATURES = (
    sign_in,
    passkeys,
    factors,
    looking,
    policy,
    accounts,
    people,
    invitations,
    home,
    board,
    pool,
    recruiting,
    onboarding,
    portfolio,
    postponing,
    requesting,
    cohorts,
    copying,
    schedule,
    ladders,
    imports,
    reports,
    attachments,
    reviews,
    digests,
    feeds,
    story,
    answering,
    bundles,
    writing,
    templating,
    concerns,
    announcements,
    evaluations,
    commenting,
    ramp,
    succession,
    surveys,
    releases,
    outbox,
    bounces,
    alerts,
    history,
    catalogue,
    search,
    finding,
    personal,
    retention,
    fellows,
    assignments,
    coaching,
    leaves,
    extending,
    timeline,
    health,
)


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    """The application. Settings come from the environment unless given, and are safe then. Raises SettingsError."""
    settings = settings or refuse_unsafe(load_settings(**overrides))
    configure_logs(as_json=is_in_production(settings))
    app = Flask("program", template_folder=str(TEMPLATES), instance_path=str(settings.instance))
    app.extensions["settings"] = settings
    app.config.from_mapping(_flask_config(settings))
    init_request_log(app)
    init_body(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=f"{app.root_path}/migrations", render_as_batch=True)
    sign_in.init_sign_in(app)
    looking.init_looking(app)
    init_refusals(app)
    web.init_web(app)
    csrf.init_app(app)
    app.extensions["limiter"] = {limiter}  # it is not to look at every request: the views with a limit ask it
    limiter.init_app(app)
    init_doorbell(app, settings.redis_url)
    presentation.init_presentation(app, settings)
    for feature in FEATURES:
        app.register_blueprint(feature.bp)
    oidc.init_oidc(app, settings)
    if settings.demo:
        app.register_blueprint(demo.bp)
    web.allow(Permission.PUBLIC)(app.view_functions["static"])
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    gc.freeze()
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": settings.fallback_keys,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": not settings.database_url.startswith("sqlite"),
            "hide_parameters": True,  # a fault is logged, and what people wrote is not
        },
        "SESSION_COOKIE_NAME": "__Host-fellowship" if settings.secure else "fellowship",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": settings.session_days * 86_400,
        "SESSION_REFRESH_EACH_REQUEST": False,  # a sign-in ends when its row says, whatever the cookie does
        "WTF_CSRF_TIME_LIMIT": 12 * 3_600,
        "TRUSTED_HOSTS": [settings.public_url.host, "127.0.0.1", "localhost"],
        **storage_config(settings),
    }
