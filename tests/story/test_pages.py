"""A story is read and taken away by whoever may read its reports, and holds nothing that they may not."""

import csv
import io

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.extensions import db
from program.reports.models import Outcome
from program.reviews.models import Verdict
from tests.factories import NOW, make_attachment, make_draft, make_report, make_review
from tests.pages import read, token_of, words


@pytest.fixture
def told(cast):
    """Two reports, of which the first was returned and sent again, and one that is not sent."""
    first = make_report(cast.fellowship, number=3, done="First try.", plan="Read, and write.")
    make_review(first, cast.mentor, verdict=Verdict.RETURN, comment="Say more.")
    make_report(cast.fellowship, number=3, done="Second try.", asks="Which oracle?")
    first.revisions[-1].aside = {"how": "Sworn to secrecy."}
    first.plan[0].outcome = Outcome.MOVED
    make_review(first, cast.mentor, answers={first.asks[0].id: "Both *of* them."})
    make_report(cast.fellowship, number=4, done="<b>=SUM(A1)</b>")
    make_draft(cast.fellowship, number=5, done="Not yet.")
    db.session.commit()
    db.session.expire_all()
    return first


def take(browser, address, **kind):
    return browser.post(
        address,
        data={
            "csrf_token": token_of(
                browser, address.replace("/story/export", "/story").replace("/export", "/paper")
            ),
            **kind,
        },
    )


def test_the_story_has_every_report_in_order_as_it_was_last_sent(cast, told, client_of):
    page = client_of(cast.mentor).get(f"/fellowships/{cast.fellowship.id}/story")
    assert [title.get_text() for title in read(page).select(".chapter > h2")] == ["Week 3", "Week 4"]
    text = words(page)
    for said in (
        "Second try.",
        "Which oracle?",
        "Both of them.",
        "Read, and write. moved",
        "Say more.",
        "<b>=SUM",
    ):
        assert said in text
    for unsaid in ("First try.", "Not yet.", "secrecy"):
        assert unsaid not in text


def test_each_report_names_the_files_that_went_with_it(cast, client_of):
    for number, name in ((3, "loss"), (4, "later")):
        make_attachment(cast.fellowship, number=number, name=name)
        make_report(cast.fellowship, number=number)
    make_attachment(cast.fellowship, number=5, name="unsent")
    db.session.commit()
    browser, address = client_of(cast.mentor), f"/fellowships/{cast.fellowship.id}/story"
    chapters = read(browser.get(address)).select(".chapter")
    assert [[a.get_text() for a in one.select(".attachments a")] for one in chapters] == [
        ["loss.png"],
        ["later.png"],
    ]
    text = take(browser, f"{address}/export", kind="md").get_data(as_text=True)
    assert text.count("### Files beside it") == 2
    assert text.index("loss.png") < text.index("## Week 4") < text.index("later.png")
    sheet = take(browser, f"{address}/export", kind="csv").get_data(as_text=True)
    assert ("Week 3,Files beside it,loss.png" in sheet, "unsent" in text + sheet) == (True, False)


@pytest.mark.parametrize("who", ["fellow", "manager", "staff"])
def test_who_may_read_reports_takes_them_away(cast, told, client_of, who):
    answer = take(client_of(getattr(cast, who)), f"/fellowships/{cast.fellowship.id}/story/export", kind="md")
    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="amara-okafor-reports-2026-06-10.md"'
    )
    text = answer.get_data(as_text=True)
    assert text.index("## Week 3") < text.index("Second try.") < text.index("## Week 4")
    assert "secrecy" not in text
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.tag, event.subject_kind, event.subject_id) == (
        Tag.REPORT_EXPORT,
        "fellowship",
        cast.fellowship.id,
    )
    assert event.after == {"kind": "md", "reports": 2}


def test_nobody_else_does(cast, told, client_of):
    for who in ("other_fellow", "other_mentor", "analyst"):
        browser = client_of(getattr(cast, who))
        assert browser.get(f"/fellowships/{cast.fellowship.id}/story").status_code == 404
        data = {"csrf_token": token_of(browser, "/account")}
        for address in (f"/fellowships/{cast.fellowship.id}/story/export", f"/reports/{told.id}/export"):
            assert browser.post(address, data=data).status_code == 404


def test_a_sheet_has_a_row_for_each_section(cast, told, client_of):
    browser = client_of(cast.staff)
    answer = take(browser, f"/fellowships/{cast.fellowship.id}/story/export", kind="csv")
    head, *rows = csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert head == ["Fellow", "Period", "Section", "Text", "State", "Sent at (UTC)"]
    assert [row[1:3] for row in rows if row[1] == "Week 3"] == [
        ["Week 3", "Done since last time"],
        ["Week 3", "Plan until next time"],
        ["Week 3", "Asks to my mentor"],
    ]
    assert rows[0][3:] == ["Second try.", "accepted", f"{NOW:%Y-%m-%d %H:%M}"]


def test_one_report_is_taken_away_alone(cast, told, client_of):
    browser = client_of(cast.mentor)
    answer = take(browser, f"/reports/{told.id}/export", kind="pdf")
    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "amara-okafor-week-3" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    refused = take(browser, f"/reports/{told.id}/export", kind="docx")
    assert (refused.status_code, "PDF, Markdown or CSV" in words(refused)) == (400, True)


def test_a_long_story_goes_on_page_by_page(cast, client_of):
    for number in range(1, 6):
        make_report(cast.fellowship, number=number)
    db.session.commit()
    browser = client_of(cast.fellow)
    address = f"/fellowships/{cast.fellowship.id}/story"
    assert len(read(browser.get(address)).select(".contents li")) == 5
    for part in ("2", "0", "-1", "99999", "x", "9" * 40):
        assert browser.get(f"{address}?part={part}").status_code == 200


def test_who_sent_nothing_has_no_story_yet(cast, client_of):
    page = client_of(cast.fellow).get(f"/fellowships/{cast.fellowship.id}/story")
    assert "Nothing has been sent yet" in words(page)
