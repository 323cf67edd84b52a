"""A file goes with the versions that are sent while it is attached, and with no other."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from program.access import POLICY, Permission, Role, every
from program.attachments.kinds import MOST_FILES, Checked, Kind
from program.attachments.models import Attachment
from program.attachments.queries import get_attachment
from program.attachments.services import AttachmentError, attach_file, detach_file
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import AuthorshipMode, CohortState
from program.errors import ForbiddenError, ForbiddenStepError, NotFoundError
from program.extensions import db
from program.reports.desks import get_coached_desk, get_desk
from program.reports.models import Report, ReportState
from program.reviews.models import Verdict
from tests.attachments.samples import PDF, PNG
from tests.factories import NOW, make_attachment, make_draft, make_ramp, make_report, make_review, period_of

HOUR = timedelta(hours=1)


def kept():
    return db.session.scalar(select(func.count()).select_from(Attachment))


def returned(cast, *, at=NOW):
    """A report of the fellow's that was sent as version 1, and came back."""
    report = make_report(cast.fellowship, at=at)
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment="More, please.", at=at)
    return report


def own_desk(cast):
    return get_desk(cast.fellow, period_of(cast.cohort, 5).id, now=NOW)


def take_away(cast, attachment):
    detach_file(own_desk(cast), attachment, actor=cast.fellow, now=NOW)


def versions_of(attachment, most=4):
    return [number for number in range(1, most) if attachment.goes_with(number)]


def test_a_file_goes_with_the_versions_that_are_sent_while_it_is_attached(cast):
    first = make_attachment(cast.fellowship, name="first")
    returned(cast)
    second = make_attachment(cast.fellowship, name="second", content=PNG)
    take_away(cast, first)
    make_report(cast.fellowship, done="Mended.")
    assert (versions_of(first), versions_of(second)) == ([1], [2, 3])


def test_a_clock_that_goes_back_moves_no_file_into_a_version_that_was_sent_without_it(cast):
    returned(cast, at=NOW + HOUR)
    late = make_attachment(cast.fellowship)
    assert late.created_at < db.session.scalars(select(Report.submitted_at)).one()
    assert versions_of(late) == [2, 3]


def test_a_file_that_was_never_sent_is_gone_when_it_is_taken_away(cast):
    returned(cast)
    take_away(cast, make_attachment(cast.fellowship))
    assert kept() == 0
    tags = db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id.desc()).limit(2)).all()
    assert tags == [Tag.ATTACHMENT_REMOVE, Tag.ATTACHMENT_ADD]


def test_a_file_begins_a_report_and_leaves_what_is_being_typed_alone(cast):
    attachment = make_attachment(cast.fellowship)
    report = db.session.get_one(Report, attachment.report_id)
    assert (report.state, report.version, report.revision_number) == (ReportState.DRAFT, 1, 1)
    make_attachment(cast.fellowship, content=PNG)
    assert report.version == 1
    make_draft(cast.fellowship, done="Typed beside it.")


def test_the_same_file_twice_is_one_and_comes_again_once_it_was_taken_away(cast):
    first = make_attachment(cast.fellowship, name="a")
    assert make_attachment(cast.fellowship, name="b") is first
    returned(cast)
    take_away(cast, first)
    again = make_attachment(cast.fellowship)
    assert again is not first
    assert kept() == 2


def test_ten_files_and_no_more(cast):
    for number in range(MOST_FILES):
        last = make_attachment(cast.fellowship, content=PNG + bytes([number]))
    with pytest.raises(AttachmentError, match="10 files"):
        make_attachment(cast.fellowship, content=PDF)
    take_away(cast, last)
    make_attachment(cast.fellowship, content=PDF)
    assert kept() == MOST_FILES


def test_what_was_sent_stays_as_it_was_sent(cast):
    attachment = make_attachment(cast.fellowship)
    make_report(cast.fellowship)
    with pytest.raises(ForbiddenStepError, match="was sent"):
        take_away(cast, attachment)
    with pytest.raises(ForbiddenStepError, match="was sent"):
        make_attachment(cast.fellowship, content=PNG)


def test_who_was_slower_is_told(cast):
    attachment = make_attachment(cast.fellowship)
    take_away(cast, attachment)
    with pytest.raises(NotFoundError, match="already"):
        take_away(cast, attachment)


@pytest.mark.parametrize("who", ["mentor", "manager", "staff", "other_fellow"])
def test_only_who_writes_attaches_and_takes_away(cast, who, monkeypatch):
    attachment, actor = make_attachment(cast.fellowship), getattr(cast, who)
    desk = own_desk(cast)
    file = {"checked": attachment, "name": "x"}
    with pytest.raises(ForbiddenError):
        attach_file(desk, **file, actor=actor, now=NOW)
    with pytest.raises(ForbiddenError):
        detach_file(desk, attachment, actor=actor, now=NOW)
    monkeypatch.setitem(POLICY, Permission.REPORT_WRITE, dict.fromkeys(Role, every))
    detach_file(desk, attachment, actor=actor, now=NOW)
    assert kept() == 0, "a policy that lets them would be seen"


@pytest.mark.parametrize("mode", AuthorshipMode)
def test_a_research_manager_attaches_where_they_write_and_only_there(cast, mode):
    make_ramp(cast.cohort, mode)
    attachment = make_attachment(cast.fellowship)
    desk = get_coached_desk(cast.manager, cast.fellowship.id, period_of(cast.cohort, 5).id, now=NOW)
    told = {"actor": cast.manager, "now": NOW}
    if mode is AuthorshipMode.FELLOW_WRITES:
        with pytest.raises(ForbiddenError, match="only reads along"):
            attach_file(desk, checked=Checked(Kind.PDF, PDF), name="paper", **told)
        with pytest.raises(ForbiddenError, match="only reads along"):
            detach_file(desk, attachment, **told)
        return
    other, _is_new = attach_file(desk, checked=Checked(Kind.PDF, PDF), name="paper", **told)
    assert other.by_id == cast.manager.id
    detach_file(desk, attachment, **told)
    assert kept() == 1


READERS = ("fellow", "mentor", "manager", "staff")


def seen_by(cast, attachment, *, drafts=True):
    """Who can open it."""
    found = []
    for who in (*READERS, "other_fellow", "other_mentor", "analyst"):
        try:
            get_attachment(getattr(cast, who), attachment.id, drafts=drafts, now=NOW)
        except NotFoundError:
            continue
        found.append(who)
    return found


def test_a_file_is_its_writers_until_it_is_sent(cast):
    attachment = make_attachment(cast.fellowship)
    assert seen_by(cast, attachment) == ["fellow", "manager"]
    assert seen_by(cast, attachment, drafts=False) == []
    make_report(cast.fellowship)
    assert seen_by(cast, attachment, drafts=False) == [*READERS]


def test_a_file_of_the_next_version_is_not_seen_with_the_one_before(cast):
    report = returned(cast)
    attachment = make_attachment(cast.fellowship)
    assert seen_by(cast, attachment) == ["fellow", "manager"]
    make_report(cast.fellowship, done="Mended.")
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment="And more.")
    take_away(cast, attachment)
    assert seen_by(cast, attachment, drafts=False) == [*READERS], "it was sent with version 2"
    cast.cohort.state = CohortState.ARCHIVED
    assert "mentor" not in seen_by(cast, attachment)
