"""One function for each thing: what is not given is ordinary, and nothing is made that was not asked for."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from secrets import token_bytes

from flask import current_app
from sqlalchemy import select

from program.access import Role
from program.accounts.models import Account
from program.accounts.services import create_account
from program.alerts.models import AlertChannel
from program.alerts.services import add_channel
from program.announcements.audience import Part, Target, seen_as
from program.announcements.models import Announcement, Destination
from program.announcements.people import list_reached_ids
from program.announcements.services import Writing, draft_announcement, send_announcement
from program.attachments.kinds import Checked, Kind
from program.attachments.models import Attachment
from program.attachments.services import attach_file
from program.authorship.models import AuthorshipOverride
from program.bounces.models import SuppressedAddress, Why
from program.bundles.models import Bundle, BundleState
from program.bundles.services import start_bundle
from program.bundles.work import claim_bundle, fill_bundle
from program.cohorts.models import (
    AuthorshipMode,
    Break,
    BreakEffect,
    Cohort,
    CohortState,
    PeriodKind,
    ReportPeriod,
    Track,
    TrackGroup,
)
from program.cohorts.services import TrackTarget, add_phase, create_cohort
from program.commenting.models import Comment
from program.concerns.models import Concern
from program.concerns.services import raise_concern
from program.deadlines.models import Deadline
from program.evaluations.models import Evaluation, EvaluationRound, Moment
from program.evaluations.queries import get_desk as get_evaluation_desk
from program.evaluations.rules import Answers
from program.evaluations.services import save_evaluation, send_evaluation
from program.evaluations.wording import FIRST
from program.extensions import db
from program.factors.codes import new_secret
from program.factors.models import Authenticator
from program.factors.sealing import seal
from program.feeds.services import make_feed
from program.fellows.models import (
    Assignment,
    AssignmentKind,
    Fellowship,
    FellowshipStage,
    FellowshipStep,
    Handover,
    Leave,
)
from program.imports.kinds import ImportKind
from program.imports.mapping import guess
from program.imports.models import Import, ImportState
from program.imports.reading import read_head
from program.imports.services import choose_columns, start_import
from program.imports.work import claim_import, work_on
from program.invitations.models import Invitation
from program.invitations.pasted import Invitee
from program.invitations.services import invite
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor, MentorAbsence
from program.notices.models import Notice, NoticeKind
from program.notices.services import Message, post
from program.oidc.models import OidcIdentity
from program.organisations.models import Organisation, OrganisationAlias, OrganisationMerge, Sector
from program.organisations.services import merge_organisations
from program.passkeys.models import Passkey
from program.postponing.models import ExtensionRequest
from program.reports.desks import get_coached_desk, get_desk
from program.reports.models import Report, ReportTemplate, TemplateSection
from program.reports.services import hand_over_draft, save_draft, submit_report
from program.reports.templates import WEEKLY, ensure_template
from program.retention.models import RetentionRun
from program.reviews.models import Review, Verdict
from program.reviews.services import NOTHING_TO_STAFF, ToStaff, review_report
from program.sign_in.models import SignInSession
from program.surveys.models import Answer, Participation, Survey, Wave, WaveKind
from program.surveys.services import answer_wave, create_career_survey, open_wave, plan_wave

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
CHAT = "https://hooks.chat.example/services/T0/secret-part"
"""A Wednesday; the fifth report of `make_cohort()` is due on the Friday, at 16:00 UTC."""
TONIGHT = NOW.date()
STARTS_ON, ENDS_ON = date(2026, 5, 11), date(2026, 7, 17)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a 0000000d49484452 0000000100000001 08000000003a7e9b 550000000a494441"
    "5478da6360000000 0200010548afa400 00000049454e44ae 426082"
)
"""A picture of one pixel."""
BODY = {
    "done": "Reproduced the probe on the smaller model.",
    "learned": "",
    "blocked": "",
    "plan": "Run it on the larger one.",
    "asks": "",
}


def make_account(
    *,
    name: str = "Ada Marsh",
    roles: Sequence[Role] = (),
    email: str | None = None,
    time_zone: str = "Europe/London",
) -> Account:
    """An account; its address is made from the name."""
    address = email or f"{name.lower().replace(' ', '.')}@people.example"
    return create_account(email=address, name=name, roles=roles, time_zone=time_zone, actor=None, now=NOW)


def make_invitation(
    *emails: str, staff: Account, roles: Sequence[Role] = (Role.FELLOW,), cohort: Cohort | None = None
) -> Invitation:
    """The first of these people's invitations, as it was just mailed to each of them."""
    people = [Invitee(email) for email in emails]
    cohort_id = cohort.id if cohort else None
    invited = invite(people, roles=roles, cohort_id=cohort_id, time_zone="UTC", actor=staff, now=NOW)
    return invited.invitations[0]


def make_retention_run(*, night: date = TONIGHT, rule: str = "notices", rows: int = 3) -> RetentionRun:
    """What a rule deleted in a night."""
    run = RetentionRun(night=night, rule=rule, at=NOW, rows=rows)
    db.session.add(run)
    db.session.flush()
    return run


def make_passkey(account: Account, *, name: str = "Phone") -> Passkey:
    """A passkey that no device has: it is in the list, and nobody can sign in by it."""
    passkey = Passkey(account_id=account.id, name=name, credential_id=token_bytes(16), public_key=b"none")
    passkey.sign_count, passkey.created_at = 0, NOW
    db.session.add(passkey)
    db.session.flush()
    return passkey


def make_authenticator(account: Account, *, secret: str | None = None) -> Authenticator:
    """An authenticator that is set up; nobody has its device unless its secret is given."""
    keys = [current_app.extensions["settings"].secret_key]
    authenticator = Authenticator(account_id=account.id, secret=seal(secret or new_secret(), keys=keys))
    authenticator.created_at = authenticator.confirmed_at = NOW
    account.second_factors += 1
    db.session.add(authenticator)
    db.session.flush()
    return authenticator


def make_identity(account: Account, *, issuer: str = "https://issuer.example") -> OidcIdentity:
    """The account's name at an issuer."""
    identity = OidcIdentity(account_id=account.id, issuer=issuer, subject=f"person-{account.id}")
    identity.created_at = NOW
    db.session.add(identity)
    db.session.flush()
    return identity


def make_calendar(account: Account) -> str:
    """The token of the account's calendar."""
    return make_feed(actor=account, now=NOW)


def make_session(account: Account) -> SignInSession:
    """A browser that the account is signed in with, and that nobody has."""
    token_hash = token_bytes(32).hex()
    session = SignInSession(account_id=account.id, token_hash=token_hash, created_at=NOW, last_seen_at=NOW)
    session.proved_at, session.expires_at = NOW, NOW + timedelta(days=1)
    db.session.add(session)
    db.session.flush()
    return session


def make_cohort(
    *,
    name: str = "Summer 26",
    starts_on: date = STARTS_ON,
    ends_on: date = ENDS_ON,
    time_zone: str = "Europe/London",
    tracks: Sequence[str] = ("Interpretability", "Governance"),
    cadence_weeks: int = 1,
    state: CohortState = CohortState.RUNNING,
) -> Cohort:
    """A cohort with one phase over all of it, and its report calendar."""
    targets = [TrackTarget(track, aim=1 / len(tracks)) for track in tracks]
    cohort = create_cohort(
        name=name,
        time_zone=time_zone,
        starts_on=starts_on,
        ends_on=ends_on,
        tracks=targets,
        state=state,
        actor=None,
        now=NOW,
    )
    add_phase(cohort, name="Research", starts_on=starts_on, ends_on=ends_on, cadence_weeks=cadence_weeks)
    db.session.expire(cohort, ["periods", "phases"])
    return cohort


def make_extension_request(
    fellowship: Fellowship,
    *,
    number: int = 5,
    wanted_on: date = date(2026, 6, 15),
    reason: str = "It is down.",
) -> ExtensionRequest:
    """The fellow asks for a later deadline of one report."""
    period = period_of(fellowship.cohort, number)
    wish = ExtensionRequest(
        fellowship_id=fellowship.id, period_id=period.id, wanted_on=wanted_on, reason=reason
    )
    wish.created_at, wish.owed_at = NOW, NOW + timedelta(days=1)
    db.session.add(wish)
    db.session.flush()
    return wish


def make_deadline(
    fellowship: Fellowship, *, number: int = 5, due_at: datetime = NOW, reason: str = "It is down."
) -> Deadline:
    """The fellow was given another deadline for one report."""
    deadline = Deadline(fellowship_id=fellowship.id, due_at=due_at, excused=False, reason=reason, at=NOW)
    deadline.period_id = period_of(fellowship.cohort, number).id
    db.session.add(deadline)
    db.session.flush()
    return deadline


def make_request(
    cohort: Cohort,
    *,
    fellowship: Fellowship | None = None,
    kind: PeriodKind = PeriodKind.ON_REQUEST,
    called: str = "",
    opens_at: datetime = NOW,
    due_at: datetime | None = None,
) -> ReportPeriod:
    """A report beside the calendar, of one fellow or of the whole cohort."""
    period = ReportPeriod(cohort_id=cohort.id, phase_id=cohort.phases[0].id, kind=kind, called=called)
    period.fellowship_id = fellowship.id if fellowship else None
    period.opens_at, period.due_at = opens_at, due_at or NOW + timedelta(days=8)
    db.session.add(period)
    db.session.flush()
    db.session.expire(cohort, ["periods"])
    return period


def make_break(
    cohort: Cohort,
    *,
    starts_on: date,
    ends_on: date | None = None,
    name: str = "Conference week",
    effect: BreakEffect = BreakEffect.SHIFT,
) -> Break:
    """Days off that no deadline knows of yet; one day unless it ends on another."""
    pause = Break(cohort=cohort, name=name, starts_on=starts_on, ends_on=ends_on or starts_on, effect=effect)
    db.session.add(pause)
    db.session.flush()
    return pause


def period_of(cohort: Cohort, number: int) -> ReportPeriod:
    """The cohort's period of this number."""
    return db.session.scalars(select(ReportPeriod).filter_by(cohort_id=cohort.id, number=number)).one()


def track_of(cohort: Cohort, name: str) -> Track:
    """The cohort's track of this name."""
    return db.session.scalars(select(Track).filter_by(cohort_id=cohort.id, name=name)).one()


def make_group(
    cohort: Cohort, *tracks: str, name: str = "Both", low: float = 0.0, aim: float = 1.0, high: float = 1.0
) -> TrackGroup:
    """Tracks of the cohort that carry a target together."""
    group = TrackGroup(cohort_id=cohort.id, name=name, target_min=low, target_aim=aim, target_max=high)
    group.tracks = [track_of(cohort, track) for track in tracks]
    db.session.add(group)
    db.session.flush()
    return group


def make_organisation(
    *,
    name: str = "Northlight Labs",
    sector: Sector = Sector.SCALING_LAB,
    aliases: Sequence[str] = (),
    provisional: bool = False,
) -> Organisation:
    """An entry of the catalogue."""
    organisation = Organisation(name=name, sector=sector, provisional=provisional)
    organisation.aliases = [OrganisationAlias(name=alias) for alias in aliases]
    db.session.add(organisation)
    db.session.flush()
    return organisation


def make_merge(source: Organisation, into: Organisation, *, staff: Account) -> OrganisationMerge:
    """The one counts as the other."""
    return merge_organisations(source, into=into, actor=staff, now=NOW)


def make_mentor(account: Account, *, organisation: Organisation | None = None) -> Mentor:
    """The account's entry in the mentor pool."""
    mentor = Mentor(name=account.name, account=account, organisation=organisation)
    db.session.add(mentor)
    db.session.flush()
    return mentor


def make_prospect(
    *, name: str = "Petra Lindqvist", email: str | None = None, organisation: Organisation | None = None
) -> Mentor:
    """Somebody in the mentor pool who has no account."""
    mentor = Mentor(name=name, email=email, organisation=organisation)
    db.session.add(mentor)
    db.session.flush()
    return mentor


def make_absence(mentor: Mentor, *, starts_on: date, ends_on: date, reason: str = "") -> MentorAbsence:
    """Days on which the mentor is away."""
    absence = MentorAbsence(mentor=mentor, starts_on=starts_on, ends_on=ends_on, reason=reason)
    db.session.add(absence)
    db.session.flush()
    return absence


def make_funnel(
    mentor: Mentor, cohort: Cohort, *stages: EngagementStage, track: str = "Governance"
) -> Engagement:
    """The mentor's part in a cohort, with a step to each of the stages, one day after another."""
    engagement = Engagement(mentor=mentor, cohort=cohort, track=track_of(cohort, track))
    seen: EngagementStage | None = None
    for number, stage in enumerate(stages or (EngagementStage.IDENTIFIED,)):
        at = NOW - timedelta(days=len(stages) - number)
        engagement.steps.append(EngagementStep(from_stage=seen, to_stage=stage, at=at, reason=""))
        engagement.stage, engagement.stage_since, seen = stage, at, stage
    db.session.add(engagement)
    db.session.flush()
    return engagement


def make_engagement(
    mentor: Mentor,
    cohort: Cohort,
    *,
    track: str,
    stage: EngagementStage = EngagementStage.CONFIRMED,
    seats: int = 3,
    wanted: int | None = None,
) -> Engagement:
    """The mentor's part in a cohort, with all the seats they want unless they want others."""
    engagement = Engagement(mentor=mentor, cohort=cohort, track=track_of(cohort, track), stage=stage)
    engagement.stage_since, engagement.seats_granted = NOW, seats
    engagement.seats_wanted = seats if wanted is None else wanted
    db.session.add(engagement)
    db.session.flush()
    return engagement


def make_fellowship(
    account: Account,
    cohort: Cohort,
    *,
    track: str = "Interpretability",
    manager: Account | None = None,
    stage: FellowshipStage = FellowshipStage.ACTIVE,
    second_track: str | None = None,
    weight: int = 100,
) -> Fellowship:
    """The account's place in the cohort, without a mentor; with `weight` per cent on the track if there is another."""
    fellowship = Fellowship(account=account, cohort=cohort, track=track_of(cohort, track), stage=stage)
    fellowship.second_track = track_of(cohort, second_track) if second_track else None
    fellowship.track_weight = weight
    fellowship.research_manager = manager
    fellowship.starts_on, fellowship.ends_on = cohort.starts_on, cohort.ends_on
    db.session.add(fellowship)
    db.session.flush()
    return fellowship


def make_assignment(
    fellowship: Fellowship,
    mentor: Mentor,
    *,
    starts_on: date = STARTS_ON,
    ends_on: date | None = None,
    kind: AssignmentKind = AssignmentKind.PRIMARY,
) -> Assignment:
    """Ties the mentor to the fellowship; for good unless it ends."""
    assignment = Assignment(
        fellowship=fellowship, mentor=mentor, starts_on=starts_on, ends_on=ends_on, kind=kind
    )
    db.session.add(assignment)
    db.session.flush()
    return assignment


def make_leave(
    fellowship: Fellowship, starts_on: date, ends_on: date | None = None, *, reason: str = ""
) -> Leave:
    """A leave of the fellow's, of one day unless it ends later."""
    leave = Leave(
        fellowship_id=fellowship.id, starts_on=starts_on, ends_on=ends_on or starts_on, reason=reason
    )
    db.session.add(leave)
    db.session.flush()
    return leave


def make_round(
    cohort: Cohort,
    *,
    moment: Moment = Moment.MIDPOINT,
    opens_at: datetime = NOW - timedelta(days=3),
    due_at: datetime = NOW + timedelta(days=4),
) -> EvaluationRound:
    """A round of evaluations in the cohort, open for some days already."""
    asked = EvaluationRound(cohort_id=cohort.id, moment=moment, opens_at=opens_at, due_at=due_at)
    db.session.add(asked)
    db.session.flush()
    return asked


def make_evaluation(
    asked: EvaluationRound,
    fellowship: Fellowship,
    mentor: Account,
    *,
    sent: bool = True,
    scores: Sequence[int] = (6, 7, 8, 7),
    evidence: str = "",
    comment: str = "",
    reports: Sequence[Report] = (),
    at: datetime = NOW,
) -> Evaluation:
    """What the mentor says of their fellow in the round: sent, or a draft; the same evidence for all four."""
    desk = get_evaluation_desk(mentor, asked.id, fellowship.id, now=at)
    answers = Answers(
        scores={one.key: score for one, score in zip(FIRST, scores, strict=False)},
        evidence={one.key: evidence for one in FIRST},
        comment=comment,
        report_ids=frozenset(report.id for report in reports),
    )
    kept = {"answers": answers, "version": desk.version, "actor": mentor, "now": at}
    return send_evaluation(desk, meant=True, **kept) if sent else save_evaluation(desk, **kept)


def make_step(
    fellowship: Fellowship,
    to: FellowshipStage,
    *,
    by: Account | None = None,
    before: FellowshipStage | None = None,
    reason: str = "",
    at: datetime = NOW,
) -> FellowshipStep:
    """A step as it was written down; the fellowship stays where it is."""
    step = FellowshipStep(fellowship_id=fellowship.id, from_stage=before, to_stage=to, at=at, reason=reason)
    step.by_id = by.id if by else None
    db.session.add(step)
    db.session.flush()
    return step


def make_handover(
    fellowship: Fellowship, to: Account, *, before: Account | None = None, note: str = "", at: datetime = NOW
) -> Handover:
    """A hand-over as it was written down; whoever coaches the fellow now still does."""
    handover = Handover(fellowship_id=fellowship.id, to_id=to.id, day=at.date(), note=note, at=at)
    handover.from_id = before.id if before else None
    db.session.add(handover)
    db.session.flush()
    return handover


def make_draft(fellowship: Fellowship, *, number: int = 5, at: datetime = NOW, **body: str) -> Report:
    """The fellowship's draft for the period of this number, saved once more by its fellow."""
    ensure_template()
    period = period_of(fellowship.cohort, number)
    desk = get_desk(fellowship.account, period.id, now=at)
    text = {**BODY, **desk.text, **body}
    return save_draft(desk, body=text, version=desk.version, actor=fellowship.account, now=at)


def make_template(
    name: str = WEEKLY, *, version: int = 1, sections: int = 1, published: bool = True
) -> ReportTemplate:
    """A version of a template with so many sections, of which the first must be filled."""
    asked = [
        TemplateSection(position=place, key=f"q{place}", prompt=f"Question {place}?", required=place == 1)
        for place in range(1, sections + 1)
    ]
    template = ReportTemplate(name=name, version=version, saves=1, sections=asked)
    template.published_at = NOW if published else None
    db.session.add(template)
    db.session.flush()
    return template


def make_ramp(cohort: Cohort, mode: AuthorshipMode) -> None:
    """Every phase of the cohort is written so."""
    for phase in cohort.phases:
        phase.authorship = mode
    db.session.flush()


def make_override(
    fellowship: Fellowship, *, mode: AuthorshipMode = AuthorshipMode.TOGETHER, starts_on: date | None = None
) -> AuthorshipOverride:
    """From a day on, the last one unless given, the fellowship's reports are written so."""
    override = AuthorshipOverride(fellowship_id=fellowship.id, mode=mode, reason="New here.", at=NOW)
    override.starts_on = starts_on or fellowship.ends_on
    db.session.add(override)
    db.session.flush()
    return override


def make_drafted(fellowship: Fellowship, *, number: int = 5, at: datetime = NOW, **body: str) -> Report:
    """What the fellow's research manager drafted for the period of this number and handed over."""
    ensure_template()
    manager, period = fellowship.research_manager, period_of(fellowship.cohort, number)
    make_ramp(fellowship.cohort, AuthorshipMode.MANAGER_DRAFTS)
    desk = get_coached_desk(manager, fellowship.id, period.id, now=at)
    text = {**BODY, **body}
    return hand_over_draft(desk, body=text, version=desk.version, actor=manager, now=at)


def make_report(fellowship: Fellowship, *, number: int = 5, at: datetime = NOW, **body: str) -> Report:
    """The fellowship's report for the period of this number, submitted (again) by its fellow."""
    ensure_template()
    period = period_of(fellowship.cohort, number)
    desk = get_desk(fellowship.account, period.id, now=at)
    text = {**BODY, **desk.text, **body}
    return submit_report(desk, body=text, version=desk.version, actor=fellowship.account, now=at)


def make_attachment(
    fellowship: Fellowship,
    *,
    number: int = 5,
    name: str = "plot",
    kind: Kind = Kind.PNG,
    content: bytes = PIXEL,
) -> Attachment:
    """A file beside what the fellow writes for the period of this number."""
    ensure_template()
    desk = get_desk(fellowship.account, period_of(fellowship.cohort, number).id, now=NOW)
    file = Checked(kind, content)
    attachment, _is_new = attach_file(desk, checked=file, name=name, actor=fellowship.account, now=NOW)
    return attachment


def make_bundle(cohort: Cohort, staff: Account, *, at: datetime = NOW) -> Bundle:
    """A zip of the cohort that is ready, with nobody's reports in it."""
    bundle = Bundle(cohort_id=cohort.id, state=BundleState.READY, created_at=at, created_by_id=staff.id)
    bundle.finished_at = at
    db.session.add(bundle)
    db.session.flush()
    return bundle


def make_channel(
    name: str = "#programme-staff", *, staff: Account, address: str = CHAT, at: datetime = NOW
) -> AlertChannel:
    """A channel in which staff are alerted."""
    return add_channel(name=name, address=address, actor=staff, now=at)


def bundle_up(cohort: Cohort, staff: Account, *, at: datetime = NOW) -> Bundle:
    """A zip of what the cohort's fellows sent, made by a worker; what was made before is committed."""
    start_bundle(cohort, actor=staff, now=at)
    db.session.commit()
    bundle = claim_bundle(lease=timedelta(minutes=1), now=at)
    for _step in fill_bundle(bundle, clock=lambda: at, lease=timedelta(minutes=1)):
        db.session.commit()
    return bundle


def make_comment(report: Report, by: Account, text: str, *, at: datetime = NOW) -> Comment:
    """What the fellow or their research manager said beside the first section of the report."""
    comment = Comment(report_id=report.id, section_key="done", author_id=by.id, text=text, at=at)
    db.session.add(comment)
    db.session.flush()
    return comment


def make_review(
    report: Report,
    mentor: Account,
    *,
    verdict: Verdict = Verdict.ACCEPT,
    comment: str = "Thank you.",
    answers: dict[int, str] | None = None,
    at: datetime = NOW,
    to_staff: ToStaff = NOTHING_TO_STAFF,
) -> Review:
    """The mentor's answer to the report's latest revision."""
    return review_report(
        report,
        revision=report.revisions[-1],
        verdict=verdict,
        comment=comment,
        answers=answers or {},
        actor=mentor,
        now=at,
        to_staff=to_staff,
    )


def make_wave(
    cohort: Cohort,
    *,
    staff: Account | None = None,
    kind: WaveKind = WaveKind.MIDPOINT,
    opens_at: datetime = NOW - timedelta(days=3),
    closes_at: datetime = NOW + timedelta(days=7),
) -> Wave:
    """A wave of the cohort's career survey: planned, or opened by `staff` if they are given."""
    survey = db.session.scalars(select(Survey).filter_by(cohort_id=cohort.id)).first()
    waves = db.session.scalars(select(Wave).filter_by(survey_id=survey.id)).all() if survey else []
    questionnaire = waves[0].questionnaire if waves else create_career_survey(cohort)
    wave = plan_wave(questionnaire, kind=kind, opens_at=opens_at, closes_at=closes_at)
    if staff is not None:
        open_wave(wave, actor=staff, now=opens_at)
    return wave


def make_answers(
    wave: Wave,
    fellowship: Fellowship,
    *,
    organisations: Sequence[Organisation] = (),
    next_step: str | None = None,
    lab: int | None = None,
    policy: int | None = None,
) -> None:
    """The fellow's answers to the wave; what is not given is not said."""
    participation = db.session.scalars(
        select(Participation).filter_by(wave_id=wave.id, fellowship_id=fellowship.id)
    ).one()
    ids = {question.key: question.id for question in wave.questionnaire.questions}
    answers = [
        Answer(question_id=ids["organisations"], position=place, organisation_id=organisation.id)
        for place, organisation in enumerate(organisations, start=1)
    ]
    if next_step is not None:
        answers.append(Answer(question_id=ids["next_step"], position=1, option=next_step))
    for key, number in (("lab", lab), ("policy", policy)):
        if number is not None:
            answers.append(Answer(question_id=ids[key], position=1, number=number))
    key = current_app.extensions["settings"].survey_key
    answer_wave(participation, answers=answers, actor=fellowship.account, key=key, now=NOW)


def make_concern(
    fellowship: Fellowship,
    by: Account,
    *staff: Account,
    text: str = "The sessions are cancelled every other week.",
    report: Report | None = None,
    at: datetime = NOW,
) -> Concern:
    """A concern that somebody put to these members of staff."""
    once = token_bytes(16).hex()
    return raise_concern(fellowship, report=report, text=text, staff=staff, once=once, actor=by, now=at)


def make_announcement(
    cohort: Cohort,
    author: Account,
    *,
    target: Target | None = None,
    subject: str = "Friday's seminar",
    leads_to: Destination = Destination.HOME,
    text: str = "It begins at **ten**.",
    sent: bool = False,
) -> Announcement:
    """A draft to the cohort's fellows unless it is for others; or one that was sent."""
    writing = Writing(subject, text, leads_to, target or Target(frozenset({Part.FELLOW})))
    one = draft_announcement(cohort, writing=writing, actor=author, now=NOW)
    if sent:
        seen = seen_as(one.version, list_reached_ids(one, now=NOW))
        send_announcement(one, seen=seen, actor=author, now=NOW)
    return one


def make_notice(
    account: Account,
    *,
    kind: NoticeKind = NoticeKind.REMINDER,
    subject: tuple[str, int] = ("report", 1),
    at: datetime = NOW,
) -> Notice:
    """A pending message to the account."""
    message = Message(kind, account.id, *subject)
    post([message], now=at)
    return db.session.scalars(select(Notice).filter_by(dedupe_key=message.dedupe_key)).one()


def make_suppressed(account: Account, *, why: Why = Why.BOUNCED, at: datetime = NOW) -> SuppressedAddress:
    """The account's address takes no mail since then."""
    one = SuppressedAddress(account_id=account.id, address=account.email, why=why, status="5.1.1", at=at)
    db.session.add(one)
    db.session.flush()
    return one


SHEET = "Name;Email;Track\nNoor Vance;noor@sheet.example;Interpretability\n"


def make_import(
    cohort: Cohort,
    staff: Account,
    *,
    text: str = SHEET,
    kind: ImportKind = ImportKind.FELLOWS,
    checked: bool = True,
    at: datetime = NOW,
) -> Import:
    """An import of this sheet, checked by a worker or waiting for its columns; what was made before is committed."""
    data = text.encode()
    head = read_head(data, kind)
    run = start_import(
        kind=kind, cohort=cohort, name="sheet.csv", content=data, head=head, actor=staff, now=at
    )
    db.session.commit()
    if checked and run.state is ImportState.COLUMNS:
        choose_columns(run, mapping=guess(kind, head.heads), actor=staff, now=at)
        db.session.commit()
    if checked:
        work_off(at=at)
    return run


def work_off(*, at: datetime = NOW) -> None:
    """Let a worker do what waits of imports."""
    while run := claim_import(lease=timedelta(minutes=1), now=at):
        db.session.commit()
        for _step in work_on(run, clock=lambda: at, lease=timedelta(minutes=1)):
            db.session.commit()
