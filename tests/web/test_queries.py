"""A page costs the same number of statements with one row and with thirty, whichever page it is."""

from datetime import date, timedelta

from flask import render_template_string
from sqlalchemy import select

from program.access import Role
from program.accounts.stopping import stop_url
from program.alerts.services import MOST_CHANNELS
from program.announcements.audience import Part, Target
from program.attachments.kinds import MOST_FILES
from program.cohorts.models import Track
from program.cohorts.services import add_phase
from program.concerns.models import Concern
from program.concerns.services import answer_concern, name_colleague
from program.digests.accepting import accept_url
from program.evaluations.models import EvaluationRound, Moment
from program.extensions import db
from program.fellows.models import AssignmentKind, FellowshipStage
from program.imports.models import ImportRow
from program.imports.plans import Verdict as Found
from program.invitations.services import invitation_url
from program.mentors.models import Engagement, EngagementStage
from program.mentors.services import plan_next_step
from program.notices.models import NoticeKind, NoticeState
from program.organisations.models import Organisation, OrganisationAlias
from program.passkeys.services import MOST
from program.preferences.topics import Topic
from program.recruiting.services import take_step
from program.releases.services import claim_job, close_and_summarise, summarise
from program.reports.models import Report
from program.reviews.models import Verdict
from program.sign_in.services import make_link, mint_sign_in_link
from program.surveys.models import WaveKind
from tests.databases import other_app
from tests.factories import (
    NOW,
    SHEET,
    make_absence,
    make_account,
    make_announcement,
    make_answers,
    make_assignment,
    make_attachment,
    make_authenticator,
    make_break,
    make_calendar,
    make_channel,
    make_cohort,
    make_concern,
    make_draft,
    make_engagement,
    make_evaluation,
    make_extension_request,
    make_fellowship,
    make_funnel,
    make_group,
    make_handover,
    make_identity,
    make_import,
    make_invitation,
    make_leave,
    make_mentor,
    make_merge,
    make_notice,
    make_organisation,
    make_passkey,
    make_prospect,
    make_report,
    make_request,
    make_retention_run,
    make_review,
    make_round,
    make_session,
    make_step,
    make_suppressed,
    make_template,
    make_wave,
)
from tests.pages import read
from tests.scenarios import more_fellows

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
ASKED = NOW - 14 * DAY
MANY = 30
DEAREST = 21
ANSWERS = {"/": 302, "/metrics": 404}
"""What is not answered with a page: the way home, and figures without their token (`tests/health` counts theirs)."""

VERSIONS = {".aside li": (1, 30), ".byline": (2, 62), "details:not(.aside)": (1, 31)}
# Endpoint, who looks, address ({…} from the objects), and how many rows its lists have before and after.
PAGES = [
    ("static", "nobody", "/static/app.css", {}),
    ("health.live", "nobody", "/health/live", {}),
    ("health.ready", "nobody", "/health/ready", {}),
    ("health.metrics", "nobody", "/metrics", {}),
    ("sign_in.ask", "nobody", "/sign-in", {}),
    ("sign_in.sent", "nobody", "/sign-in/sent", {}),
    ("sign_in.arrive", "nobody", "/sign-in/{token}", {}),
    ("home.index", "fellow", "/", {}),
    ("accounts.own", "fellow", "/account", {}),
    ("accounts.mail", "mentor", "/account/mail", {}),
    ("accounts.ask_stop", "nobody", "/mail/stop/{stopping}", {}),
    ("passkeys.own", "fellow", "/account/passkeys", {"ul.rows > li": (1, 20)}),
    ("feeds.own", "fellow", "/account/calendar", {}),
    ("feeds.read", "nobody", "/calendar/{calendar}.ics", {}),
    ("factors.own", "mentor", "/account/security", {"ul.rows > li": (1, 31)}),
    ("factors.authenticator", "manager", "/account/security/authenticator", {}),
    ("factors.password", "mentor", "/account/security/password", {}),
    ("factors.again", "mentor", "/sign-in/again", {}),
    ("factors.ask_password", "nobody", "/sign-in/password", {}),
    ("home.fellow", "fellow", "/fellow", {"ul.rows > li": (2, 32)}),
    ("home.mentor", "mentor", "/mentor", {"ul.rows > li": (4, 105)}),
    ("home.manager", "manager", "/research-manager", {"section": (1, 32)}),
    ("home.staff", "staff", "/staff", {"ul.rows > li": (12, 83), ".chart-row": (3, 63)}),
    ("home.analyst", "analyst", "/analyst", {"tbody tr": (7, 37), "ul.rows > li": (3, 5)}),
    ("personal.own", "fellow", "/account/data", {}),
    ("personal.ask", "staff", "/people/{person}/erase", {}),
    ("people.listing", "staff", "/people", {"tbody tr": (10, 30)}),
    ("people.listing", "staff", "/people?who=people&role=mentor&standing=active", {"tbody tr": (2, 30)}),
    ("people.person", "staff", "/people/{person}", {".history li": (2, 30)}),
    ("alerts.listing", "staff", "/alerts", {"ul.rows > li": (1, 10)}),
    ("catalogue.listing", "staff", "/organisations", {"tbody tr": (2, 30)}),
    (
        "catalogue.listing",
        "staff",
        "/organisations?named=or&sector=scaling_lab&sorting=sorted",
        {"tbody tr": (1, 30)},
    ),
    ("catalogue.new", "staff", "/organisations/new", {}),
    ("catalogue.entry", "staff", "/organisations/{entry}", {"ul.rows > li": (3, 92)}),
    ("catalogue.preview", "staff", "/organisations/{entry}/merge", {}),
    ("catalogue.preview", "staff", "/organisations/{entry}/merge?into={other_entry}", {"tbody tr": (2, 2)}),
    ("search.find", "staff", "/search?q=or", {"section": (4, 4), "ul.rows > li": (7, 20)}),
    ("search.find", "staff", "/search?q=or&kind=organisation", {"ul.rows > li": (3, 30)}),
    ("finding.reports", "staff", "/reports/search?q=prob", {".hits > li": (1, 20)}),
    ("finding.reports", "mentor", "/reports/search?q=prob&fellowship={fellowship}", {".hits > li": (1, 1)}),
    ("invitations.listing", "staff", "/people/invitations", {"tbody tr": (2, 30)}),
    ("invitations.listing", "staff", "/people/invitations?state=waiting", {"tbody tr": (2, 30)}),
    ("invitations.new", "staff", "/people/invitations/new", {"select option": (2, 31)}),
    ("invitations.arrive", "nobody", "/join/{way_in}", {}),
    ("digests.arrive", "nobody", "/accept/{acceptance}", {}),
    ("retention.table", "staff", "/retention", {"table:last-of-type tbody tr": (1, 30)}),
    ("policy.table", "staff", "/admin/policy", {}),
    ("pool.listing", "staff", "/mentors", {"tbody tr": (4, 30)}),
    ("pool.listing", "staff", "/mentors?who=e&stage=confirmed", {"tbody tr": (2, 30)}),
    ("pool.new", "staff", "/mentors/new", {}),
    ("pool.mentor", "staff", "/mentors/{mentorship}", {"tbody tr": (2, 62)}),
    ("pool.changing", "staff", "/mentors/{mentorship}/change", {}),
    ("recruiting.board", "staff", "/cohorts/{cohort}/mentors", {".funnel li": (3, 26), "tbody tr": (3, 33)}),
    ("recruiting.engagements", "staff", "/cohorts/{cohort}/mentors/list", {"tbody tr": (3, 30)}),
    ("recruiting.engagement", "staff", "/engagements/{engagement}", {"tbody tr": (1, 31)}),
    (
        "succession.preview",
        "staff",
        "/engagements/{mine}/withdrawal",
        {"tbody tr": (1, 31), "option": (2, 992)},
    ),
    ("recruiting.engaging", "staff", "/cohorts/{cohort}/mentors/{prospect}/engage", {"option": (2, 32)}),
    (
        "portfolio.portfolio",
        "staff",
        "/cohorts/{cohort}/portfolio",
        {"tbody tr": (7, 159), ".chart-row": (10, 222)},
    ),
    ("portfolio.tracks", "staff", "/cohorts/{cohort}/tracks", {"tbody tr": (8, 35), "ul.rows > li": (1, 31)}),
    ("portfolio.new_group", "staff", "/cohorts/{cohort}/groups/new", {".option": (2, 32)}),
    ("portfolio.group", "staff", "/track-groups/{group}", {".option": (2, 32)}),
    ("cohorts.listing", "staff", "/cohorts", {"tbody tr": (1, 30)}),
    ("cohorts.listing", "staff", "/cohorts?state=running", {"tbody tr": (1, 30)}),
    ("cohorts.new", "staff", "/cohorts/new", {}),
    ("cohorts.page", "staff", "/cohorts/{cohort}", {"tbody tr": (14, 134)}),
    ("announcements.listing", "staff", "/cohorts/{cohort}/announcements", {"ul.rows > li": (2, 30)}),
    ("announcements.new", "staff", "/cohorts/{cohort}/announcements/new", {}),
    ("announcements.edit", "staff", "/announcements/{announcement}/edit", {}),
    ("announcements.page", "staff", "/announcements/{announcement}", {"tbody tr": (4, 30)}),
    ("announcements.page", "staff", "/announcements/{announcement}?show=left-out", {"tbody tr": (1, 30)}),
    ("announcements.page", "staff", "/announcements/{sent}", {"tbody tr": (1, 30)}),
    ("evaluations.rounds", "staff", "/cohorts/{cohort}/evaluations", {"progress": (2, 2)}),
    ("evaluations.plan", "staff", "/cohorts/{cohort}/evaluations/midpoint", {}),
    ("evaluations.page", "staff", "/evaluation-rounds/{round}", {"tbody tr": (2, 30), ".bar": (4, 120)}),
    ("evaluations.read", "staff", "/evaluations/{evaluation}", {".aside li": (2, 2)}),
    ("evaluations.read", "mentor", "/evaluations/{evaluation}", {".aside li": (2, 2)}),
    ("evaluations.own", "mentor", "/evaluations", {"ul.rows > li": (2, 61)}),
    ("evaluations.write", "mentor", "/evaluation-rounds/{round}/fellowships/{fellowship}", {}),
    ("cohorts.edit", "staff", "/cohorts/{cohort}/edit", {}),
    ("copying.ask", "staff", "/cohorts/{cohort}/copy", {}),
    ("ladders.listing", "staff", "/cohorts/{cohort}/reminders", {"tbody tr": (10, 10)}),
    ("ladders.edit", "staff", "/cohorts/{cohort}/reminders/report", {".rung": (7, 7)}),
    ("schedule.closing", "staff", "/cohorts/{cohort}/close", {}),
    ("schedule.dates", "staff", "/cohorts/{cohort}/dates", {}),
    ("schedule.move", "staff", "/cohorts/{cohort}/move", {}),
    ("schedule.new_phase", "staff", "/cohorts/{cohort}/phases/new", {}),
    ("schedule.phase", "staff", "/phases/{phase}", {}),
    ("schedule.new_break", "staff", "/cohorts/{cohort}/breaks/new", {}),
    ("schedule.pause", "staff", "/breaks/{break}", {}),
    ("board.page", "staff", "/cohorts/{cohort}/board", {"tbody tr": (2, 32), "thead th": (12, 42)}),
    (
        "board.page",
        "staff",
        "/cohorts/{cohort}/board?track={track}&manager={manager}&mentor={mentor}&by_track=y&look=y",
        {"tbody tr": (2, 32)},
    ),
    ("fellows.listing", "staff", "/cohorts/{cohort}/fellows", {"tbody tr": (2, 30)}),
    (
        "fellows.listing",
        "staff",
        "/cohorts/{cohort}/fellows?who=people&stage=active&track={track}&manager={manager}&mentor={mentor}",
        {"tbody tr": (1, 30)},
    ),
    (
        "fellows.preview",
        "staff",
        "/cohorts/{cohort}/fellows/step?to=completed&whom=all",
        {"details li": (2, 32)},
    ),
    ("fellows.new", "staff", "/cohorts/{cohort}/fellows/add", {"#track option": (2, 32)}),
    ("fellows.ask_change", "staff", "/fellowships/{fellowship}/change", {"#track option": (2, 32)}),
    ("assignments.listing", "staff", "/fellowships/{fellowship}/mentors", {"ul.rows > li": (1, 31)}),
    ("postponing.requests", "staff", "/extension-requests", {"ul.rows > li": (1, 30)}),
    ("postponing.one", "staff", "/extension-requests/{request}", {}),
    ("postponing.wanted", "fellow", "/periods/{period}/extension", {}),
    ("postponing.ask", "staff", "/cohorts/{cohort}/deadlines", {"#fellows .option": (2, 32)}),
    ("requesting.listing", "staff", "/cohorts/{cohort}/other-reports", {"ul.rows > li": (1, 30)}),
    ("requesting.new", "staff", "/cohorts/{cohort}/other-reports/new", {"#fellows .option": (2, 32)}),
    ("requesting.page", "staff", "/other-reports/{beside}", {}),
    ("leaves.listing", "staff", "/fellowships/{fellowship}/leaves", {"ul.rows > li": (1, 31)}),
    ("onboarding.page", "staff", "/cohorts/{cohort}/onboarding", {"tbody tr": (1, 30)}),
    ("coaching.loads", "staff", "/cohorts/{cohort}/research-managers", {"tbody tr": (1, 31)}),
    ("coaching.ask", "staff", "/fellowships/{fellowship}/hand-over", {"#to option": (2, 32)}),
    ("extending.ask", "staff", "/fellowships/{fellowship}/extend", {"#to option": (0, 30)}),
    ("timeline.person", "fellow", "/fellowships/{fellowship}", {".course > li": (13, 30)}),
    ("timeline.person", "mentor", "/fellowships/{fellowship}", {".course > li": (13, 30)}),
    ("timeline.person", "manager", "/fellowships/{fellowship}", {".course > li": (13, 30)}),
    ("timeline.person", "staff", "/fellowships/{fellowship}", {".course > li": (13, 30)}),
    ("bundles.listing", "staff", "/cohorts/{cohort}/reports", {"ul.rows > li": (0, 0)}),
    ("story.story", "mentor", "/fellowships/{fellowship}/story", {".chapter li": (6, 95)}),
    ("story.report", "mentor", "/reports/{report}/paper", {".chapter li": (4, 64)}),
    ("imports.listing", "staff", "/imports", {"tbody tr": (2, 30)}),
    ("imports.new", "staff", "/imports/new", {"#cohort option": (1, 32)}),
    ("imports.run", "staff", "/imports/{import}", {"tbody tr": (2, 30)}),
    ("imports.run", "staff", "/imports/{import}?verdict=asked", {"fieldset": (1, 30)}),
    ("imports.ask_columns", "staff", "/imports/{fresh_import}/columns", {}),
    ("reports.own", "fellow", "/reports", {"ul.rows > li": (5, 30)}),
    ("writing.desk", "fellow", "/periods/{period}/report", {"#attachments .row": (1, 10)}),
    (
        "writing.coach",
        "manager",
        "/fellowships/{fellowship}/periods/{period}/report",
        {"#attachments li": (1, 10)},
    ),
    (
        "attachments.listing",
        "fellow",
        "/periods/{period}/report/attachments",
        {"#attachments .row": (1, 10)},
    ),
    (
        "attachments.coached",
        "manager",
        "/fellowships/{fellowship}/periods/{period}/report/attachments",
        {"#attachments li": (1, 10)},
    ),
    ("attachments.show", "fellow", "/attachments/{attachment}/plot.png", {}),
    ("writing.desk", "fellow", "/periods/{period}/report", {}),
    ("writing.coached", "manager", "/fellowships/{fellowship}/reports", {}),
    ("writing.coach", "manager", "/fellowships/{fellowship}/periods/{period}/report", {}),
    ("ramp.fellow", "staff", "/fellowships/{fellowship}/authorship", {}),
    ("ramp.cohort", "staff", "/cohorts/{cohort}/authorship", {}),
    ("ramp.explained", "staff", "/authorship", {}),
    ("templating.listing", "staff", "/report-templates", {"tbody tr": (1, 30)}),
    ("templating.new", "staff", "/report-templates/new", {"option": (1, 31)}),
    ("templating.version", "staff", "/report-templates/{template}", {".versions li": (1, 31)}),
    ("templating.edit", "staff", "/report-templates/{template}/edit", {".row-of-template": (8, 20)}),
    ("reviews.queue", "mentor", "/reviews", {"ul.rows > li": (2, 30)}),
    ("reviews.read", "mentor", "/reports/{report}", VERSIONS | {"form textarea": (5, 64)}),
    ("reviews.read", "fellow", "/reports/{report}", VERSIONS),
    ("reviews.read", "manager", "/reports/{report}", VERSIONS),
    ("reviews.read", "staff", "/reports/{report}", VERSIONS | {"details:not(.aside)": (2, 32)}),
    ("concerns.listing", "staff", "/concerns", {"ul.rows > li": (1, 30)}),
    ("concerns.listing", "manager", "/concerns?state=raised", {"ul.rows > li": (1, 32)}),
    ("concerns.page", "staff", "/concerns/{concern}", {"section section": (1, 31)}),
    ("concerns.ask", "fellow", "/fellowships/{fellowship}/concern", {}),
    ("concerns.ask_from_report", "mentor", "/reports/{report}/concern", {".option": (1, 31)}),
    ("surveys.answer", "fellow", "/waves/{wave}/answer", {"option": (6, 96)}),
    ("releases.waves", "staff", "/surveys", {"ul.rows > li": (3, 30)}),
    ("releases.wave", "staff", "/waves/{wave}", {"tbody tr": (2, 32)}),
    ("releases.wave", "staff", "/waves/{closed}", {"tbody tr": (2, 32)}),
    ("releases.release", "staff", "/waves/{closed}/release", {"tbody tr": (0, 75)}),
    ("releases.release", "staff", "/waves/{making}/release", {}),
    ("bounces.listing", "staff", "/mail/suppressed", {"tbody tr": (1, 30)}),
    ("bounces.listing", "staff", "/mail/suppressed?why=bounced", {"tbody tr": (1, 30)}),
    ("outbox.listing", "staff", "/notices", {"tbody tr": (9, 30)}),
    ("outbox.listing", "staff", "/notices?state=sent&kind=reminder&person=amara", {"tbody tr": (2, 30)}),
    ("outbox.coming", "staff", "/notices/coming", {}),
    ("outbox.page", "staff", "/notices/{notice}", {"ul.rows > li": (1, 30)}),
    ("outbox.own", "fellow", "/account/mails", {"ul.rows > li": (2, 30)}),
    ("history.listing", "staff", "/audit", {}),
    ("history.listing", "staff", "/audit?tag=report:review:return", {"tbody tr": (1, 30)}),
]


def not_counted(app):
    """The endpoints of pages that the table does not name, and those it names that are no pages."""
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    return pages ^ {endpoint for endpoint, *_rest in PAGES}


def back_and_forth(report, fellowship, mentors):
    """Each mentor answers the report's first open ask and returns it; it is mended with two asks more."""
    for turn, mentor in enumerate(mentors, start=len(report.revisions)):
        at = ASKED + turn * MINUTE
        answers = {next(ask.id for ask in report.asks if ask.answered_at is None): "Yes."}
        comment = f"Turn {turn}."
        make_review(report, mentor, verdict=Verdict.RETURN, comment=comment, answers=answers, at=at)
        asks = "\n".join(f"Question {n}?" for n in range(1, 2 * turn + 2))
        make_report(fellowship, number=3, at=at, done=comment, asks=asks)
        db.session.expire(report)


def open_and_closed(cast, organisations, places, *, kinds):
    """Two waves that all of these places answer: one is open, of the other there is a release."""
    waves = [make_wave(cast.cohort, staff=cast.staff, kind=kind) for kind in kinds]
    for wave in waves:
        for place in places:
            make_answers(wave, place, organisations=organisations, next_step="phd", lab=5, policy=5)
    close_and_summarise(waves[1], actor=cast.staff, now=NOW)
    list(summarise(claim_job(lease=MINUTE, now=NOW), now=NOW))
    return {"wave": waves[0].id, "closed": waves[1].id}


def under_way(cast):
    """A wave that a worker is summing up."""
    wave = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.EXIT)
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    claim_job(lease=MINUTE, now=NOW)
    return {"making": wave.id}


def more_names(cast, entry, places, *, first, count):
    """So many more aliases, merged entries and mentors of the entry, and projects of that many places."""
    for number in range(first, first + count):
        entry.aliases.append(OrganisationAlias(name=f"Orchard {number:02d}"))
        child = make_organisation(name=f"Orbit {number:02d}")
        make_merge(child, entry, staff=cast.staff)
        make_mentor(make_account(name=f"Gregor {number:02d}"), organisation=child)
    for place in places:
        place.project = "Normative corpora"
    db.session.flush()


def few_invitations(cast):
    """Two people are invited; the token of one of them."""
    waiting = make_invitation("one@new.example", "two@new.example", staff=cast.staff, cohort=cast.cohort)
    return invitation_url(waiting).rpartition("/")[2]


def few_mentors(cast):
    """Somebody new in the funnel about whom something is to be done, and a mentor who is away for a day."""
    prospect, today = make_prospect(), NOW.date()
    engagement = make_funnel(prospect, cast.cohort)
    plan_next_step(engagement, text="Ring", day=today, owner=cast.staff, actor=cast.staff, now=NOW)
    absence = make_absence(cast.mentorship, starts_on=today, ends_on=today)
    mine = db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()
    here = {"mine": mine.id, "prospect": prospect.id, "engagement": engagement.id, "absence": absence.id}
    return here | {"mentorship": cast.mentorship.id}


def many_mentors(cast, objects):
    """So many days away, and steps up and down."""
    for number in range(1, MANY):
        day = NOW.date() + 2 * number * DAY
        make_absence(cast.mentorship, starts_on=day, ends_on=day)
    engagement = db.session.get(Engagement, objects["engagement"])
    stages = (EngagementStage.CONTACTED, EngagementStage.IDENTIFIED)
    for number in range(MANY):
        take_step(engagement, step=stages[number % 2], reason="Once more.", actor=cast.staff, now=NOW)


def a_course(cast):
    """One of each thing that happens to a fellow beside reports; the fellowship that it happened to."""
    place = cast.fellowship
    make_step(place, FellowshipStage.ACTIVE, by=cast.staff)
    make_leave(place, cast.cohort.ends_on)
    make_handover(place, cast.manager)
    return place.id


def a_long_course(cast):
    """So many more of each."""
    place, ends_on = cast.fellowship, cast.cohort.ends_on
    for number in range(MANY):
        make_step(place, FellowshipStage.ACTIVE, by=cast.staff)
        make_leave(place, ends_on)
        next_one = make_account(name=f"Manager {number:02d}", roles=[Role.RESEARCH_MANAGER])
        make_handover(place, next_one, before=cast.manager)


def few_announcements(cast):
    """A draft to everybody, and one that was sent to the fellows."""
    everybody = Target(frozenset(Part))
    draft = make_announcement(cast.cohort, cast.staff, target=everybody)
    return {"announcement": draft.id, "sent": make_announcement(cast.cohort, cast.staff, sent=True).id}


def few_evaluations(cast):
    """A round in which the fellow was evaluated, and one in which nobody was."""
    asked = make_round(cast.cohort)
    make_round(cast.cohort, moment=Moment.FINAL, due_at=NOW + 9 * DAY)
    return {"round": asked.id, "evaluation": make_evaluation(asked, cast.fellowship, cast.mentor).id}


def few_imports(cast):
    """Two sheets: in one a row is new and one is asked about, the other waits for its columns."""
    text = f"{SHEET}{cast.fellow.name};other@sheet.example;Governance\n"
    made = make_import(cast.cohort, cast.staff, text=text)
    fresh = make_import(cast.cohort, cast.staff, text="Who;Address\nAda;ada@sheet.example\n", checked=False)
    return {"import": made.id, "fresh_import": fresh.id}


def more_of_imports(cast, import_id):
    """So many imports more, and so many rows more that are asked about in the first."""
    for number in range(MANY):
        text = f"Who;Address;{number}\nAda;ada@sheet.example;1\n"
        make_import(cast.cohort, cast.staff, text=text, checked=False)
        row = ImportRow(import_id=import_id, number=number + 10, verdict=Found.ASKED, label="Ada")
        row.changes, row.errors, row.options = [], [], [["other", "Somebody else"]]
        db.session.add(row)


def few_rows(cast):
    """What the addresses speak of; each list has a row or two."""
    make_channel(staff=cast.staff)
    earlier = make_report(cast.fellowship, number=2, at=ASKED, asks="Earlier question?")
    report = make_report(cast.fellowship, number=3, at=ASKED, asks="Question 1?")
    back_and_forth(report, cast.fellowship, [cast.mentor])
    organisations = [make_organisation(name="Alpha")]
    more_names(cast, organisations[0], [cast.fellowship], first=0, count=1)
    kinds = WaveKind.INTAKE, WaveKind.MIDPOINT
    waves = open_and_closed(cast, organisations, [cast.fellowship], kinds=kinds)
    make_suppressed(cast.other_fellow)
    cast.other_fellow.joined_at = None
    sheets = few_imports(cast)
    make_authenticator(cast.mentor)
    make_identity(cast.mentor), make_identity(cast.fellow)
    make_authenticator(cast.manager).confirmed_at = None
    return (
        waves
        | under_way(cast)
        | few_mentors(cast)
        | sheets
        | few_evaluations(cast)
        | few_announcements(cast)
        | {
            "cohort": cast.cohort.id,
            "fellowship": a_course(cast),
            "track": cast.fellowship.track_id,
            "manager": cast.manager.id,
            "mentor": cast.mentorship.id,
            "group": make_group(cast.cohort, "Governance").id,
            "phase": cast.cohort.phases[0].id,
            "break": make_break(cast.cohort, starts_on=cast.cohort.starts_on).id,
            "report": report.id,
            "earlier": earlier.id,
            "concern": make_concern(cast.fellowship, cast.fellow, cast.staff).id,
            "template": report.template_id,
            "period": make_draft(cast.fellowship, number=5).period_id,
            "beside": make_request(cast.cohort, fellowship=cast.fellowship, opens_at=NOW + DAY).id,
            "request": make_extension_request(cast.fellowship, number=6).id,
            "attachment": make_attachment(cast.fellowship, number=5).id,
            "notice": mail_of_many(cast, (701, 702)),
            "passkey": make_passkey(cast.fellow).id,
            "calendar": make_calendar(cast.mentor),
            "stopping": stop_url(cast.fellow.id, Topic.ACCEPTED).rpartition("/")[2],
            "acceptance": accept_url(cast.mentor.id, report.revisions[-1], now=NOW).rpartition("/")[2],
            "token": mint_sign_in_link(cast.fellow, now=NOW).rpartition("/")[2],
            "person": cast.fellow.id,
            "run": make_retention_run().id,
            "entry": organisations[0].id,
            "other_entry": make_organisation(name="Organisation to sort", provisional=True).id,
            "way_in": few_invitations(cast),
        }
    )


def mail_of_many(cast, numbers):
    """Messages to the fellow that went out in the mail of the first of them; its number."""
    sent = [make_notice(cast.fellow, subject=("report", number)) for number in numbers]
    first, *others = sent
    for notice in sent:
        notice.state, notice.sent_at = NoticeState.SENT, NOW
    for notice in others:
        notice.carrier_id = first.id
    return first.id


def mentors_on_tracks_of_their_own(cast):
    """So many mentors who stood beside the fellow's own, so many tracks, and a phase for each."""
    mentors = [make_account(name=f"Mentor {n:02d}", roles=[Role.MENTOR]) for n in range(MANY)]
    for number, account in enumerate(mentors):
        track = Track(cohort_id=cast.cohort.id, name=f"Track {number:02d}", target_aim=0.01, position=9)
        db.session.add(track)
        db.session.flush()
        mentor = make_mentor(account)
        make_engagement(mentor, cast.cohort, track=track.name).owner = cast.staff
        make_group(cast.cohort, track.name, name=f"Group {number:02d}", aim=0.01)
        make_assignment(cast.fellowship, mentor, kind=AssignmentKind.CO)
        begins = cast.cohort.ends_on + (3 + 7 * number) * DAY
        add_phase(cast.cohort, name=f"Phase {number:02d}", starts_on=begins, ends_on=begins + 6 * DAY)
        make_break(cast.cohort, starts_on=begins)
    return mentors


def fellows_who_write(cast):
    """So many fellows who mend one report, wait for an answer to another and owe two."""
    places = more_fellows(cast, MANY)
    for place in places:
        sent = make_report(place, number=2, at=ASKED, asks="Old question?")
        make_review(sent, cast.mentor, verdict=Verdict.RETURN, at=ASKED)
        make_report(place, number=3, at=NOW, asks="New question?")
        make_notice(place.account, subject=("report", sent.id), kind=NoticeKind.REMINDER)
        make_suppressed(place.account)
        place.account.joined_at = None
    return places


def a_long_time_of_weeks(cast):
    """The fellow in a cohort of more than a year: half of the reports are written, half are owed."""
    long = make_cohort(name="Long", starts_on=date(2025, 2, 3), ends_on=date(2026, 4, 1))
    place = make_fellowship(cast.fellow, long, manager=cast.manager)
    make_assignment(place, cast.mentorship, starts_on=long.starts_on)
    for period in long.periods[-MANY:]:
        make_report(place, number=period.number, at=ASKED)


def many_concerns(cast, places, concern):
    """So many more concerns, so many staff they can be put to, and so many lines in the first one's thread."""
    for number, place in enumerate(places):
        report = db.session.scalars(select(Report).filter_by(fellowship_id=place.id)).first()
        make_concern(place, place.account, cast.staff, report=report)
        writer = make_account(name=f"Staff {number:02d}", roles=[Role.STAFF])
        name_colleague(concern, colleague=writer, actor=cast.fellow, now=NOW)
        answer_concern(concern, text="Still.", once=f"{number:032x}", actor=writer, now=NOW)


def more_files(cast, count):
    """So many files more beside what the fellow writes."""
    for number in range(count):
        make_attachment(cast.fellowship, number=5, content=bytes([number]))


def many_templates():
    """So many more versions of the weekly template, and so many more templates."""
    for number in range(1, MANY + 1):
        make_template(version=number + 1, sections=20)
        make_template(f"Template {number:02d}")


def many_announcements(cast, sent, places):
    """So many more drafts, and so many more mails of the one that was sent."""
    for place in places:
        make_announcement(cast.cohort, cast.staff)
        make_notice(place.account, subject=("announcement", sent), kind=NoticeKind.ANNOUNCEMENT)


def many_rows(cast, objects):
    """Thirty more of everything; the waves are others, asked of all who are there now."""
    for number in range(1, MOST_CHANNELS):
        make_channel(f"#staff-{number}", staff=cast.staff)
    more_files(cast, MOST_FILES - 1)
    mail_of_many(cast, (701, *range(703, 702 + MANY)))
    earlier = db.session.get(Report, objects["earlier"])
    make_review(earlier, cast.mentor, verdict=Verdict.RETURN, at=ASKED)
    mentors = mentors_on_tracks_of_their_own(cast)
    places = fellows_who_write(cast)
    for place in places:
        make_extension_request(place, number=6)
        make_request(cast.cohort, fellowship=place, opens_at=NOW + DAY)
    report = db.session.get(Report, objects["report"])
    asks = "\n".join(f"Earlier question {number}?" for number in range(MANY))
    make_report(cast.fellowship, number=2, at=ASKED + MINUTE, asks=asks)
    back_and_forth(report, cast.fellowship, mentors)
    many_announcements(cast, objects["sent"], places)
    asked = db.session.get(EvaluationRound, objects["round"])
    for place in places:
        make_evaluation(asked, place, cast.mentor)
    organisations = [make_organisation(name=f"Organisation {number:02d}") for number in range(MANY)]
    more_names(cast, db.session.get(Organisation, objects["entry"]), places, first=1, count=MANY)
    kinds = WaveKind.APPLICATION, WaveKind.ALUMNI
    waves = open_and_closed(cast, organisations[:3], [cast.fellowship, *places], kinds=kinds)
    for number in range(MANY):
        begins = date(2025, 1, 6) + number * DAY
        cohort = make_cohort(name=f"Cohort {number:02d}", starts_on=begins, ends_on=date(2025, 3, 1))
        make_wave(cohort, staff=cast.staff)
        make_link(cast.fellow, now=NOW)
    for number in range(MANY):
        make_retention_run(night=NOW.date() - (number + 2) * DAY)
    make_invitation(*(f"{number}@new.example" for number in range(MANY)), staff=cast.staff)
    for _ in range(MANY):
        make_session(cast.mentor)
    for number in range(MOST - 1):
        make_passkey(cast.fellow, name=f"Key {number:02d}")
    many_concerns(cast, places, db.session.get(Concern, objects["concern"]))
    a_long_time_of_weeks(cast)
    many_mentors(cast, objects)
    a_long_course(cast)
    more_of_imports(cast, objects["import"])
    many_templates()
    return objects | waves


def look(browsers, objects, count_queries):
    """What each page costs, and how many rows each of its lists has."""
    costs, rows = {}, {}
    db.session.commit()  # what the test has made is sealed before anything is counted
    for _endpoint, who, address, lists in PAGES:
        with count_queries() as statements:
            response = browsers[who].get(address.format(**objects))
        assert response.status_code == ANSWERS.get(address, 200), (who, address)
        page = read(response) if lists else None
        costs[who, address] = len(statements)
        rows[who, address] = {selector: len(page.select(selector)) for selector in lists}
    return costs, rows


def growth(before, after):
    """How many rows each list of each page had and has."""
    return {
        page: {s: (count, after[page][s]) for s, count in lists.items()} for page, lists in before.items()
    }


def test_pages_cost_the_same_with_one_row_and_with_thirty(cast, client, client_of, count_queries):
    people = {who for _endpoint, who, *_rest in PAGES} - {"nobody"}
    browsers = {"nobody": client} | {who: client_of(getattr(cast, who)) for who in people}
    objects = few_rows(cast)
    few, short = look(browsers, objects, count_queries)
    many, long = look(browsers, many_rows(cast, objects), count_queries)
    assert growth(short, long) == {(who, address): lists for _endpoint, who, address, lists in PAGES}
    assert many == few
    assert {page: cost for page, cost in few.items() if cost > DEAREST} == {}


def test_every_page_is_counted(app):
    assert not_counted(app) == set(), "name these routes in PAGES, so that their statements are counted"


def test_a_page_that_is_not_counted_is_found(tmp_path):
    with other_app(tmp_path, database_url="sqlite://") as app:
        app.add_url_rule("/planted", "planted", lambda: render_template_string("open"))
        assert not_counted(app) == {"planted"}


def test_a_page_that_asks_once_for_each_row_is_seen(cast, count_queries):
    """The check above can tell: lazily loaded mentors cost a statement for each fellow."""

    def lazily():
        db.session.flush()
        db.session.expire_all()
        places = db.session.query(type(cast.fellowship)).all()
        return [place.assignments for place in places]

    with count_queries() as few:
        lazily()
    more_fellows(cast, 3)
    with count_queries() as many:
        lazily()
    assert len(many) > len(few)


def test_answering_a_report_costs_the_same_with_thirty_fellows(cast, count_queries):
    first = make_report(cast.fellowship, asks="One?")
    with count_queries() as few:
        make_review(first, cast.mentor)
    [fellowship, *_rest] = more_fellows(cast, MANY)
    second = make_report(fellowship, asks="One?")
    with count_queries() as many:
        make_review(second, cast.mentor)
    assert len(many) <= len(few) + 2  # the fellowship and its cohort are not in the session yet
