"""What the addresses of the matrix speak of. What is "own" is the cast's fellow's."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from program.access import Role
from program.accounts.models import Account
from program.accounts.stopping import stop_url
from program.attachments.models import Attachment
from program.cohorts.models import Cohort, CohortState, ReportPeriod
from program.digests.accepting import accept_url
from program.extensions import db
from program.fellows.models import Fellowship
from program.invitations.services import invitation_url
from program.mentors.models import Engagement
from program.preferences.topics import Topic
from program.reports.models import Report
from program.reports.templates import ensure_template
from program.sign_in.services import mint_sign_in_link
from program.surveys.models import WaveKind, WaveState
from tests.factories import (
    NOW,
    STARTS_ON,
    make_absence,
    make_account,
    make_announcement,
    make_assignment,
    make_attachment,
    make_break,
    make_bundle,
    make_calendar,
    make_channel,
    make_cohort,
    make_concern,
    make_draft,
    make_evaluation,
    make_extension_request,
    make_fellowship,
    make_funnel,
    make_group,
    make_identity,
    make_import,
    make_invitation,
    make_leave,
    make_merge,
    make_notice,
    make_organisation,
    make_override,
    make_passkey,
    make_prospect,
    make_report,
    make_request,
    make_round,
    make_session,
    make_suppressed,
    make_template,
    make_wave,
    period_of,
)
from tests.scenarios import Cast
from tests.security.letters import make_letter

FRESH = "Who;Address\nMina Okoro;mina@sheet.example\n"
"""A sheet with other heads than those that are remembered."""


def objects_of(cast: Cast, *, reports: bool = True) -> dict[str, object]:
    """Ids and tokens by the names that the addresses use; an object of every kind, and in another cohort.

    Without `reports` those that were written before are spoken of.
    """
    elsewhere = make_cohort(name="Winter 26")
    stranger = make_account(name="Jonas Kettler", roles=[Role.FELLOW])
    make_fellowship(stranger, elsewhere)
    over = ended_report(cast)
    closed_wave = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.INTAKE)
    closed_wave.state = WaveState.CLOSED
    db.session.flush()
    return (
        {
            "cohort": cast.cohort.id,
            **_announcements(cast),
            "group": make_group(cast.cohort, "Governance").id,
            "phase": cast.cohort.phases[0].id,
            "foreign_phase": elsewhere.phases[0].id,
            "ended_phase": over.fellowship.cohort.phases[0].id,
            "break": make_break(cast.cohort, starts_on=STARTS_ON).id,
            "ended_break": make_break(over.fellowship.cohort, starts_on=STARTS_ON).id,
            "ended_cohort": over.fellowship.cohort_id,
            "open_period": period_of(cast.cohort, 5).id,
            "later_period": period_of(cast.cohort, 6).id,
            "foreign_period": period_of(elsewhere, 5).id,
            "fellowship": cast.fellowship.id,
            "other_fellowship": cast.other_fellowship.id,
            "ended_fellowship": over.fellowship_id,
            "assignment": cast.fellowship.assignments[0].id,
            "other_assignment": cast.other_fellowship.assignments[0].id,
            "leave": make_leave(cast.fellowship, cast.cohort.ends_on).id,
            "beside": make_request(cast.cohort, fellowship=cast.fellowship).id,
            "request": make_extension_request(cast.fellowship, number=6).id,
            "other_leave": make_leave(cast.other_fellowship, cast.cohort.ends_on).id,
            "override": make_override(cast.fellowship).id,
            "other_override": make_override(cast.other_fellowship).id,
            "report": (report := (make_report if reports else report_of)(cast.fellowship, number=4)).id,
            "acceptance": acceptance_of(report, cast.mentor),
            "stopping": stop_url(cast.mentor.id, Topic.REPORTS).rpartition("/")[2],
            "ended_report": over.id,
            "other_report": (make_report if reports else report_of)(cast.other_fellowship, number=4).id,
            "ended_period": over.period_id,
            "draft": make_draft(cast.fellowship, number=1).id,
            "attachment": make_attachment(cast.fellowship, number=1).id,
            "other_attachment": make_attachment(cast.other_fellowship, number=1).id,
            "sent_attachment": attachment_of(over).id,
            "template": ensure_template().id,
            "draft_template": make_template("Midterm report", published=False).id,
            "wave": make_wave(cast.cohort, staff=cast.staff).id,
            "planned_wave": make_wave(cast.cohort, kind=WaveKind.EXIT, opens_at=NOW + timedelta(days=1)).id,
            "foreign_wave": make_wave(elsewhere, staff=cast.staff).id,
            "closed_wave": closed_wave.id,
            "link": mint_sign_in_link(cast.fellow, now=NOW).rpartition("/")[2],
            "passkey": make_passkey(cast.fellow).id,
            "calendar": make_calendar(cast.fellow),
            "identity": make_identity(cast.fellow).id,
            "other_identity": make_identity(cast.other_fellow).id,
            "suppressed": make_suppressed(cast.other_mentor).id,
            "channel": make_channel(staff=cast.staff).id,
            "notice": make_notice(cast.fellow).id,
            "private_notice": make_notice(cast.staff, subject=("concern", 1)).id,
            "bundle": make_bundle(cast.cohort, cast.staff).id,
            "letter": make_letter(current_app.extensions["settings"]),
            "person": cast.fellow.id,
            "session": make_session(cast.fellow).id,
            "other_session": make_session(cast.other_fellow).id,
            "invitation": (waiting := make_invitation("new@people.example", staff=cast.staff)).id,
            "way_in": invitation_url(waiting).rpartition("/")[2],
            "colleague_invitation": make_invitation(
                "boss@people.example", staff=cast.staff, roles=[Role.STAFF]
            ).id,
            "colleague": cast.staff.id,
        }
        | concerns_of(cast)
        | evaluated(cast, elsewhere)
        | kept_by_staff(cast, elsewhere)
    )


def acceptance_of(report: Report, mentor: Account) -> str:
    """The token of the link by which this mentor accepts it from a mail."""
    return accept_url(mentor.id, report.revisions[-1], now=NOW).rpartition("/")[2]


def concerns_of(cast: Cast) -> dict[str, object]:
    """One that the fellow put to the cast's member of staff, and one that was put past them and the other fellow."""
    somebody_else = make_account(name="Nadia Ferrow", roles=[Role.STAFF])
    return {
        "concern": make_concern(cast.fellowship, cast.fellow, cast.staff).id,
        "other_concern": make_concern(cast.other_fellowship, cast.other_mentor, somebody_else).id,
    }


def evaluated(cast: Cast, elsewhere: Cohort) -> dict[str, object]:
    """A round that is open, in which both fellows were evaluated, and one of another cohort."""
    asked = make_round(cast.cohort)
    return {
        "round": asked.id,
        "foreign_round": make_round(elsewhere).id,
        "evaluation": make_evaluation(asked, cast.fellowship, cast.mentor).id,
        "other_evaluation": make_evaluation(asked, cast.other_fellowship, cast.other_mentor).id,
    }


def kept_by_staff(cast: Cast, elsewhere: Cohort) -> dict[str, object]:
    """Mentors and organisations."""
    return {**mentors_of(cast, elsewhere), **entries_of(cast)}


def mentors_of(cast: Cast, elsewhere: Cohort) -> dict[str, object]:
    """The fellow's own mentor with their part in the cohort, and somebody who has one elsewhere only."""
    prospect = make_prospect()
    away = make_absence(cast.mentorship, starts_on=NOW.date(), ends_on=NOW.date())
    engaged = select(Engagement.id).filter_by(mentor_id=cast.mentorship.id, cohort_id=cast.cohort.id)
    return {
        "mentorship": cast.mentorship.id,
        "prospect": prospect.id,
        "absence": away.id,
        "engagement": db.session.scalars(engaged).one(),
        "foreign_engagement": make_funnel(prospect, elsewhere).id,
        "import": make_import(cast.cohort, cast.staff).id,
        "fresh_import": make_import(elsewhere, cast.staff, text=FRESH, checked=False).id,
    }


def entries_of(cast: Cast) -> dict[str, object]:
    """Two entries of the catalogue, into each of which another was merged."""
    entry = make_organisation(name="Northlight Labs", aliases=["Northlight"])
    other = make_organisation(name="Southdark Institute")
    children = [make_organisation(name=name) for name in ("North Light", "South Dark")]
    merges = [
        make_merge(child, into, staff=cast.staff)
        for child, into in zip(children, (entry, other), strict=True)
    ]
    names = {"entry": entry.id, "alias": entry.aliases[0].id, "other_entry": other.id}
    return {**names, "merge": merges[0].id, "other_merge": merges[1].id}


def ended_report(cast: Cast) -> Report:
    """A report of the fellow's, from a cohort that is over, with the same mentor and research manager."""
    cohort = make_cohort(name="Spring 26")
    place = make_fellowship(cast.fellow, cohort, manager=cast.manager)
    make_assignment(place, cast.mentorship)
    make_attachment(place, number=4)
    report = make_report(place, number=4)
    cohort.state = CohortState.ARCHIVED
    return report


def attachment_of(report: Report) -> Attachment:
    """The file beside it."""
    return db.session.scalars(select(Attachment).where(Attachment.report_id == report.id)).one()


def report_of(fellowship: Fellowship, *, number: int) -> Report:
    """The fellowship's report for the period of this number."""
    query = select(Report).join(Report.period).where(Report.fellowship_id == fellowship.id)
    return db.session.scalars(query.where(ReportPeriod.number == number)).one()


def _announcements(cast: Cast) -> dict[str, object]:
    """A draft, a colleague's, and one that was sent."""
    colleague = make_account(name="Nora Quist", roles=[Role.STAFF])
    return {
        "announcement": make_announcement(cast.cohort, cast.staff).id,
        "colleagues_announcement": make_announcement(cast.cohort, colleague).id,
        "sent_announcement": make_announcement(cast.cohort, cast.staff, sent=True).id,
    }
