"""Once a day, in the morning where the reader is, and only where something waits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from program.digests.services import post_digests, post_escalations
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.notices.models import Notice, NoticeKind, NoticeState
from program.preferences.hours import Pace
from tests.delivery.conftest import desk, office, relay, sender
from tests.factories import NOW, make_account, make_report, make_review
from tests.pages import filled, find_form, read, submit
from tests.scenarios import more_fellows

__all__ = ["desk", "office", "relay", "sender"]
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EIGHT_THERE = datetime(2026, 6, 10, 12, tzinfo=UTC)
"""In New York, where the mentor is."""


@pytest.fixture
def daily(cast):
    """The mentor wants one mail a day."""
    cast.mentor.pace, cast.mentor.paced_at = Pace.DAILY, NOW - 3 * DAY
    return cast.mentor


def told(kind=NoticeKind.DIGEST):
    rows = db.session.scalars(select(Notice).filter_by(kind=kind).order_by(Notice.id))
    return [(notice.account_id, notice.rung) for notice in rows]


def test_it_comes_once_a_day_from_eight_where_its_reader_is(cast, daily):
    make_report(cast.fellowship, at=NOW - DAY)
    make_report(cast.other_fellowship, at=NOW - DAY)
    assert post_digests(now=EIGHT_THERE - MINUTE) == 0
    assert [post_digests(now=at) for at in (EIGHT_THERE, EIGHT_THERE, EIGHT_THERE + DAY / 2)] == [1, 0, 0]
    assert post_digests(now=EIGHT_THERE + DAY) == 1
    assert told() == [(daily.id, "2026-06-10"), (daily.id, "2026-06-11")]


def test_once_a_week_is_on_monday_morning_or_as_soon_after_as_there_is_a_machine(cast, daily, sender, office):
    daily.pace = Pace.WEEKLY
    monday = EIGHT_THERE - 2 * DAY
    make_report(cast.fellowship, at=monday + MINUTE)
    assert [post_digests(now=monday + at) for at in (-MINUTE, DAY, 2 * DAY)] == [0, 0, 0]
    tuesday = monday + 8 * DAY
    assert [post_digests(now=tuesday + at) for at in (-5 * HOUR, HOUR, DAY)] == [0, 1, 0]
    assert told() == [(daily.id, "2026-06-15")]
    sender.wait(days=7)
    sender.send()
    assert [mail["Subject"] for mail in office.record.mails if "wait" in mail["Subject"]] == [
        "1 report waits for your answer"
    ]


def test_on_a_weekend_it_comes_only_to_who_wants_that(cast, daily):
    make_report(cast.fellowship, at=NOW - DAY)
    saturday = EIGHT_THERE + 3 * DAY
    post_digests(now=saturday - DAY)
    assert post_digests(now=saturday) == 0
    daily.weekends = True
    db.session.flush()
    assert post_digests(now=saturday) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda cast: setattr(cast.mentor, "pace", Pace.IMMEDIATE),
        lambda cast: setattr(cast.mentor, "paced_at", EIGHT_THERE + MINUTE),
        lambda cast: setattr(cast.mentor, "disabled_at", NOW),
        lambda cast: cast.mentor.held_roles.clear(),
        lambda cast: setattr(cast.fellowship, "stage", FellowshipStage.WITHDRAWN),
        lambda cast: setattr(cast.fellowship.assignments[0], "ends_on", (NOW - DAY).date()),
    ],
    ids=["unasked", "chosen since", "disabled", "no mentor", "over", "not theirs any more"],
)
def test_nothing_comes_to_whom_nothing_waits_for(cast, daily, change):
    make_report(cast.fellowship, at=NOW - DAY)
    change(cast)
    db.session.flush()
    assert post_digests(now=EIGHT_THERE + 5 * MINUTE) == 0


def test_what_comes_after_the_morning_waits_for_the_next_and_what_is_answered_is_not_sent(
    cast, daily, sender, office
):
    report = make_report(cast.fellowship, at=EIGHT_THERE + MINUTE)
    assert post_digests(now=EIGHT_THERE + 2 * MINUTE) == 0
    assert post_digests(now=EIGHT_THERE + DAY) == 1
    make_review(report, daily)
    sender.wait(days=1)
    sender.send()
    kinds = {n.kind: n.state for n in db.session.scalars(select(Notice).filter_by(account_id=daily.id))}
    assert kinds == {
        NoticeKind.DIGEST: NoticeState.CANCELLED,
        NoticeKind.REPORT_SUBMITTED: NoticeState.CANCELLED,
    }


@pytest.mark.parametrize("change", ["the day is over", "the mentor wants none any more"])
def test_what_did_not_go_out_that_day_or_is_not_wanted_any_more_goes_to_nobody(
    cast, daily, sender, office, change
):
    make_report(cast.fellowship, at=NOW - DAY)
    assert post_digests(now=NOW) == 1
    if change == "the day is over":
        sender.wait(days=1)
    else:
        daily.pace = Pace.IMMEDIATE
    db.session.flush()
    sender.send()
    assert db.session.scalars(select(Notice.state).filter_by(kind=NoticeKind.DIGEST)).all() == ["cancelled"]
    assert [mail for mail in office.record.mails if "wait" in mail["Subject"]] == []


def test_each_report_is_complete_and_what_is_kept_from_mentors_is_not_there(cast, daily, sender, office):
    for number in (3, 4):
        report = make_report(cast.fellowship, number=number, at=NOW - DAY, done=f"**Probe** {number} `a<b`")
        report.revisions[-1].aside = {"mood": "slept badly"}
    make_report(cast.other_fellowship, at=NOW - DAY, done="another's")
    post_digests(now=NOW)
    db.session.flush()
    sender.send()
    [mail] = [mail for mail in office.record.mails if mail["To"].addresses[0].addr_spec == daily.email]
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert mail["Subject"] == "2 reports wait for your answer"
    assert all(f"**Probe** {number} `a<b`" in text for number in (3, 4))
    assert all(f"<strong>Probe</strong> {number} <code>a&lt;b</code>" in html for number in (3, 4))
    assert text.count("/accept/") == html.count("/accept/") == 2
    assert not any(word in part for word in ("slept badly", "another's") for part in (text, html))


def test_a_mail_holds_twenty_in_full_or_less_of_long_ones_in_as_many_queries(
    cast, daily, sender, office, count_queries, monkeypatch
):
    def mailed():
        db.session.query(Notice).delete()
        sender.wait(days=1)
        post_digests(now=sender.now)
        db.session.commit()
        with count_queries() as queries:
            sender.send()
        html = office.record.mails[-1].get_body(("html",)).get_content()
        return html.count("/accept/"), html.count("Open the report"), len(queries)

    daily.weekends = True
    make_report(cast.fellowship, at=NOW - DAY)
    few = mailed()
    assert few[:2] == (1, 1)
    for fellowship in more_fellows(cast, 22):
        make_report(fellowship, at=NOW - DAY)
    assert mailed() == (20, 23, few[2])
    monkeypatch.setattr("program.digests.queries.MOST", 5)
    assert mailed()[:2] == (1, 23)


def test_only_a_mentor_is_asked_and_what_they_chose_stays(cast, client_of):
    page = "/account/mail"
    assert "pace" not in filled(find_form(read(client_of(cast.fellow).get(page)), page))
    browser = client_of(cast.mentor)
    submit(browser, page, pace="daily")
    submit(browser, page, wakes_at="6")
    assert (cast.mentor.pace, cast.mentor.paced_at) == (Pace.DAILY, NOW)
    assert submit(browser, page, pace="hourly").status_code == 422
    submit(browser, page, pace="immediate")
    assert cast.mentor.pace is Pace.IMMEDIATE


def test_staff_hear_once_of_a_review_two_working_days_over_its_target(cast):
    """Sent on a Friday, owed on the Wednesday, told on the Friday after, in the morning."""
    make_report(cast.fellowship, number=2, at=datetime(2026, 5, 29, 5, tzinfo=UTC))
    friday = datetime(2026, 6, 5, 7, tzinfo=UTC)
    make_account(name="Sam Staff", roles=cast.staff.roles).joined_at = None
    db.session.flush()
    assert post_escalations(now=friday - MINUTE) == 0
    assert [post_escalations(now=friday + day * DAY) for day in (0, 0, 1, 4)] == [1, 0, 0, 0]
    make_report(cast.other_fellowship, number=2, at=datetime(2026, 6, 1, 5, tzinfo=UTC))
    assert [post_escalations(now=friday + day * DAY) for day in (2, 3, 3, 4)] == [0, 1, 0, 0]
    assert [account for account, _ in told(NoticeKind.REVIEWS_OVERDUE)] == [cast.staff.id] * 2


def test_the_mail_to_staff_names_what_is_new_and_is_not_sent_once_all_is_answered(cast, sender, office):
    first = make_report(cast.fellowship, number=2, at=datetime(2026, 5, 29, 5, tzinfo=UTC))
    post_escalations(now=datetime(2026, 6, 5, 7, tzinfo=UTC))
    make_report(cast.other_fellowship, number=2, at=datetime(2026, 6, 1, 5, tzinfo=UTC))
    post_escalations(now=datetime(2026, 6, 8, 7, tzinfo=UTC))
    make_review(first, cast.mentor)
    sender.send()
    mails = [mail for mail in office.record.mails if "over the target" in mail["Subject"]]
    assert [("Kwame" in mail.as_string(), "Amara" in mail.as_string()) for mail in mails] == [(True, False)]


@pytest.mark.parametrize("change", ["the mentor left", "the mentor cannot sign in"])
def test_staff_hear_of_a_report_that_no_mentor_is_there_to_read(cast, sender, office, change):
    make_report(cast.fellowship, number=2, at=datetime(2026, 5, 29, 5, tzinfo=UTC))
    [assignment] = cast.fellowship.assignments
    if change == "the mentor left":
        assignment.ends_on = date(2026, 6, 2)
    else:
        assignment.mentor.account = None
    db.session.flush()
    friday = datetime(2026, 6, 5, 7, tzinfo=UTC)
    assert [post_escalations(now=friday + day * DAY) for day in (0, 0, 1, 4)] == [1, 0, 0, 0]
    sender.send()
    [mail] = [mail for mail in office.record.mails if "over the target" in mail["Subject"]]
    assert "Amara Okafor: report for week 2 (owed by no mentor)" in " ".join(
        mail.get_body(("plain",)).get_content().split()
    )


def test_nobody_hears_of_what_no_mentor_reads_once_the_fellow_is_gone(cast):
    make_report(cast.fellowship, number=2, at=datetime(2026, 5, 29, 5, tzinfo=UTC))
    cast.fellowship.assignments[0].ends_on = date(2026, 6, 2)
    cast.fellowship.stage = FellowshipStage.WITHDRAWN
    db.session.flush()
    assert post_escalations(now=datetime(2026, 6, 5, 7, tzinfo=UTC)) == 0
