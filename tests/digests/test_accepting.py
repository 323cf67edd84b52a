"""The link in a digest: one press accepts, a look changes nothing, and whatever stands in the way is said."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.digests.accepting import accept_url
from program.digests.signing import Grant, read_grant, sign_grant
from program.extensions import db
from program.fellows.models import AssignmentKind
from program.notices.models import Notice, NoticeKind
from program.reports.models import ReportState
from program.reviews.drafts import save_draft
from program.reviews.models import Review, Verdict
from tests.factories import NOW, make_assignment, make_report, make_review
from tests.pages import filled, find_form, read

DAY = timedelta(days=1)


@pytest.fixture
def report(cast):
    return make_report(cast.fellowship, at=NOW - DAY, done="What nobody else reads")


@pytest.fixture
def link(cast, report):
    return urlsplit(accept_url(cast.mentor.id, report.revisions[-1], now=NOW)).path


def words(response):
    return " ".join(read(response).find("main").get_text(" ").split())


def test_one_press_accepts_without_a_sign_in_and_a_second_changes_nothing(cast, client, report, link):
    seen = words(client.get(link))
    assert ("Amara Okafor" in seen, "Report for week 5" in seen, "nobody else" in seen) == (True, True, False)
    assert report.state is ReportState.SUBMITTED
    sent = filled(find_form(read(client.get(link)), link))
    assert [client.post(link, data=sent).status_code for _ in range(2)] == [302, 302]
    assert "You accepted this report" in words(client.get(link))
    assert client.post(link, data={"csrf_token": "wrong"}).status_code == 400
    [review], [event] = (
        db.session.scalars(select(Review)).all(),
        db.session.scalars(select(AuditEvent).filter_by(tag=Tag.REVIEW_ACCEPT)).all(),
    )
    assert (review.author_id, review.verdict, report.state) == (
        cast.mentor.id,
        Verdict.ACCEPT,
        ReportState.ACCEPTED,
    )
    assert (event.actor_id, event.after["by"]) == (cast.mentor.id, "digest")
    assert db.session.scalars(select(Notice.kind).filter_by(account_id=cast.fellow.id)).all() == [
        NoticeKind.REPORT_ACCEPTED
    ]


def returned_and_newer(cast, report):
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, at=NOW, done="Once more")


def not_theirs(cast, report):
    cast.fellowship.assignments[0].ends_on = (NOW - DAY).date()


def disabled(cast, report):
    cast.mentor.disabled_at = NOW


def answered(cast, report):
    make_assignment(cast.fellowship, cast.other_mentorship, kind=AssignmentKind.CO)
    make_review(report, cast.other_mentor)


def begun(cast, report):
    typed = {"comment": "", "answers": {"1": "Well,"}}
    save_draft(report, revision_number=1, typed=typed, version=0, actor=cast.mentor, now=NOW)


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (returned_and_newer, "answered this version already"),
        (not_theirs, "do not mentor this fellow any more"),
        (disabled, "account is closed"),
        (answered, "Another mentor has answered"),
        (begun, "begun an answer"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_changes(cast, client, report, link, meanwhile, why):
    page = client.get(link)
    meanwhile(cast, report)
    db.session.commit()
    reviews = len(db.session.scalars(select(Review)).all())
    token = read(page).find("input", {"name": "csrf_token"})["value"]
    refused = client.post(link, data={"csrf_token": token})
    assert (refused.status_code, why in words(refused)) == (409, True)
    assert why in words(client.get(link))
    assert len(db.session.scalars(select(Review)).all()) == reviews


def test_a_newer_version_is_said(cast, client, report, link):
    """As after a return that another mentor gave, and that the fellow has mended."""
    make_assignment(cast.fellowship, cast.other_mentorship, kind=AssignmentKind.CO)
    make_review(report, cast.other_mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, at=NOW, done="Once more")
    assert "A newer version" in words(client.get(link))
    assert read(client.get(link)).find("main").find("form") is None


def test_a_link_that_is_over_or_tampered_with_is_gone(app, client, link):
    keys = app.extensions["settings"].signing_keys
    token = link.rpartition("/")[2]
    assert client.get(link + "x").status_code == client.get("/accept/x").status_code == 410
    over = sign_grant(Grant(1, 1), keys=keys, now=NOW - 7 * DAY)
    assert client.get(f"/accept/{over}").status_code == 410
    assert read_grant(token, keys=["another", *keys], now=NOW + 6 * DAY) is not None
    assert read_grant(token, keys=["another"], now=NOW) is None
    assert read_grant(token, keys=keys, now=NOW + 7 * DAY) is None
