"""Unique words in everything confidential that somebody writes, and who of the principals may meet each."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from program.access import Role
from program.accounts.models import Account
from program.announcements.audience import Part, Target
from program.deadlines.models import Deadline
from program.evaluations.models import Moment
from program.extensions import db
from program.fellows.models import FellowshipStep, Handover, Leave
from program.mentors.models import Engagement, EngagementStep, MentorAbsence
from program.reports.models import Report
from program.reviews.drafts import save_draft
from program.reviews.models import Signal, Verdict
from program.reviews.services import ToStaff
from tests.factories import (
    NOW,
    make_account,
    make_announcement,
    make_comment,
    make_concern,
    make_draft,
    make_evaluation,
    make_extension_request,
    make_override,
    make_report,
    make_review,
    make_round,
    period_of,
)
from tests.scenarios import Cast

SECTIONS = ("done", "learned", "blocked", "plan")
APART = ("why", "notes")
"""The sections that no mentor and nobody of the staff reads."""
ABSENT = date(2026, 7, 6)
STAFF = frozenset({"staff"})
NOTED = {
    "canary-mentor-notes": STAFF,
    "canary-absence": STAFF,
    "canary-next-step": STAFF,
    "canary-engagement-step": STAFF,
    "canary-fellowship-step": STAFF,
    "canary-handover": frozenset({"manager", "staff"}),
    "canary-leave": frozenset({"fellow", "staff"}),
    "canary-evidence": frozenset({"mentor", "staff"}),
    "canary-evaluation": frozenset({"mentor", "staff"}),
    "canary-unsent-evaluation": frozenset({"other_mentor"}),
    "canary-ramp": STAFF,
    "canary-extension": frozenset({"fellow", "staff"}),
    "canary-word": frozenset({"fellow"}),
    "canary-deadline": STAFF,
}
"""What is noted about mentors and fellows, and who of the principals meets it on a page."""
TAKEN_HOME = {"canary-absence": "mentor", "canary-deadline": "fellow"}
"""Who meets it beside those on no page, but in what they take home."""
MAILED = {"canary-announcement-sent": "other_fellow"}
"""Who has it in a mail, and meets it on no page."""
RAISERS = ("fellow", "mentor", "manager")
OF_OWN = frozenset({"fellow", "mentor", "manager", "staff"})
FELLOWS = frozenset({"fellow", "other_fellow"})
PAIR = FELLOWS | {"manager"}
OF_OTHER = frozenset({"other_fellow", "other_mentor", "staff"})


def plant(cast: Cast) -> dict[str, frozenset[str]]:
    """Write them into reports, drafts, asks, answers and comments; which principals may read each."""
    allowed: dict[str, frozenset[str]] = {}
    sides = (
        ("own", cast.fellowship, cast.mentor, OF_OWN),
        ("other", cast.other_fellowship, cast.other_mentor, OF_OTHER),
    )
    for side, fellowship, mentor, readers in sides:
        words = {section: f"canary-{side}-{section}" for section in SECTIONS}
        apart = {section: f"canary-{side}-{section}" for section in APART}
        at = NOW - timedelta(hours=3)
        returned = make_report(fellowship, number=3, at=at, done=f"canary-{side}-first")
        make_review(returned, mentor, verdict=Verdict.RETURN, comment=f"canary-{side}-returned", at=at)
        report = make_report(fellowship, number=4, at=at, asks=f"canary-{side}-ask", **words, **apart)
        answers = {ask.id: f"canary-{side}-answer" for ask in report.asks}
        said = ToStaff(Signal.SOME_CONCERN, f"canary-{side}-line")
        comment = f"canary-{side}-comment"
        make_review(report, mentor, comment=comment, answers=answers, to_staff=said, at=at)
        waiting = make_report(fellowship, number=2, at=at, done=f"canary-{side}-waiting")
        typed = _plant_draft(side, waiting, mentor, at)
        draft = make_draft(fellowship, number=5, done=f"canary-{side}-draft", why=f"canary-{side}-unsent-why")
        read = [
            *words.values(),
            *(f"canary-{side}-{w}" for w in ("first", "returned", "ask", "answer", "comment", "waiting")),
        ]
        allowed |= dict.fromkeys(read, readers) | {f"canary-{side}-draft": readers & PAIR}
        said = _plant_comments(side, report, draft, readers)
        allowed |= said | dict.fromkeys(apart.values(), readers & PAIR)
        allowed[f"canary-{side}-unsent-why"] = readers & FELLOWS
        mentors = readers & {"mentor", "other_mentor"}
        allowed |= dict.fromkeys(typed, mentors) | {f"canary-{side}-line": mentors | STAFF}
    db.session.flush()
    return allowed | _plant_shape(cast) | _plant_concerns(cast) | _plant_announcements(cast)


def _plant_comments(
    side: str, report: Report, draft: Report, readers: frozenset[str]
) -> dict[str, frozenset[str]]:
    """What the two say to each other, beside what was sent and beside a draft."""
    place = report.fellowship
    coach = place.research_manager or place.account
    for about, name in ((report, "sent"), (draft, "draft")):
        make_comment(about, place.account, f"canary-{side}-beside-{name}")
        make_comment(about, coach, f"canary-{side}-coaching-{name}")
    names = [f"canary-{side}-{kind}-{name}" for kind in ("beside", "coaching") for name in ("sent", "draft")]
    return dict.fromkeys(names, readers & PAIR)


def _plant_concerns(cast: Cast) -> dict[str, frozenset[str]]:
    """Write them into concerns of everybody who can raise one: past the fellow, the mentor, the research manager."""
    for who in RAISERS:
        make_concern(cast.fellowship, getattr(cast, who), cast.staff, text=f"canary-concern-of-{who}")
    somebody_else = make_account(name="Otto Brandt", roles=[Role.STAFF])
    make_concern(cast.other_fellowship, cast.other_mentor, somebody_else, text="canary-concern-past-staff")
    return {f"canary-concern-of-{who}": frozenset({who, "staff"}) for who in RAISERS} | {
        "canary-concern-past-staff": frozenset({"other_mentor"})
    }


def _plant_announcements(cast: Cast) -> dict[str, frozenset[str]]:
    """Drafts of two of the staff, and one that was sent: on a page only staff read it, its readers have the mail."""
    colleague = make_account(name="Tove Lind", roles=[Role.STAFF])
    make_announcement(cast.cohort, cast.staff, text="canary-announcement-draft")
    make_announcement(cast.cohort, colleague, text="canary-announcement-of-colleague")
    governance = Target(frozenset({Part.FELLOW}), frozenset({cast.other_fellowship.track_id}))
    make_announcement(cast.cohort, colleague, target=governance, text="canary-announcement-sent", sent=True)
    read = dict.fromkeys(["canary-announcement-draft", "canary-announcement-sent"], STAFF)
    return read | {"canary-announcement-of-colleague": frozenset()}


def _plant_evaluations(cast: Cast) -> None:
    """One that was sent, one that is a draft."""
    asked, evidence = make_round(cast.cohort, moment=Moment.FINAL), "canary-evidence " * 4
    sent = {"evidence": evidence, "comment": "canary-evaluation"}
    make_evaluation(asked, cast.fellowship, cast.mentor, scores=(9, 8, 7, 6), **sent)
    draft = {"comment": "canary-unsent-evaluation", "sent": False}
    make_evaluation(asked, cast.other_fellowship, cast.other_mentor, **draft)


def _plant_draft(side: str, report: Report, mentor: Account, at: datetime) -> list[str]:
    """What the mentor has typed into a review and not sent."""
    typed = {"comment": f"canary-{side}-typed", "line": f"canary-{side}-aside"}
    save_draft(report, revision_number=1, typed=typed, version=0, actor=mentor, now=at)
    return [*typed.values()]


def _plant_shape(cast: Cast) -> dict[str, frozenset[str]]:
    """Write them into what is noted about mentors and fellows."""
    place, mentor = cast.fellowship, cast.mentorship
    _plant_evaluations(cast)
    engagement = db.session.scalars(select(Engagement).filter_by(mentor_id=mentor.id)).one()
    mentor.notes, engagement.next_step = "canary-mentor-notes", "canary-next-step"
    engagement.owner_id, engagement.next_step_on = cast.staff.id, NOW.date()
    engagement.next_step_due_at = NOW
    make_override(place, starts_on=ABSENT).reason = "canary-ramp"
    wish = make_extension_request(place, number=5)
    wish.reason, wish.word = "canary-extension", "canary-word"
    period = period_of(place.cohort, 7)
    db.session.add_all(
        [
            Deadline(
                fellowship_id=place.id, period_id=period.id, excused=True, reason="canary-deadline", at=NOW
            ),
            MentorAbsence(mentor_id=mentor.id, starts_on=ABSENT, ends_on=ABSENT, reason="canary-absence"),
            EngagementStep(
                engagement_id=engagement.id,
                to_stage=engagement.stage,
                at=NOW,
                reason="canary-engagement-step",
            ),
            FellowshipStep(
                fellowship_id=place.id, to_stage=place.stage, at=NOW, reason="canary-fellowship-step"
            ),
            Leave(fellowship_id=place.id, starts_on=ABSENT, ends_on=ABSENT, reason="canary-leave"),
            Handover(
                fellowship_id=place.id, to_id=cast.manager.id, day=NOW.date(), note="canary-handover", at=NOW
            ),
        ]
    )
    db.session.flush()
    return NOTED
