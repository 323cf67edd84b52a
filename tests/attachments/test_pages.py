"""Files beside a report, as people attach and read them."""

from urllib.parse import quote

import pytest
from sqlalchemy import select

from program.attachments import forms
from program.attachments.kinds import MOST_BYTES, MOST_FILES, Checked, Kind
from program.attachments.models import Attachment
from program.cohorts.models import AuthorshipMode
from program.extensions import db
from program.reports.models import Revision
from program.reviews.models import Verdict
from tests.attachments.samples import PDF, PNG, SCRIPTED, SECRET, taken_somewhere
from tests.factories import NOW, make_attachment, make_draft, make_ramp, make_report, make_review, period_of
from tests.pages import read, submit, token_of, words

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


@pytest.fixture
def desk(cast):
    return f"/periods/{period_of(cast.cohort, 5).id}/report"


def upload(browser, desk, data, name):
    """The file is chosen on the desk and sent."""
    return sent(browser, f"{desk}/attachments", token_of(browser, desk), data, name)


def sent(browser, action, token, data, name):
    """As a browser sends a form with a file."""
    head = b'--cut\r\nContent-Disposition: form-data; name="'
    parts = head + b'csrf_token"\r\n\r\n' + token.encode() + b"\r\n"
    parts += head + f'file"; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n--cut--\r\n"
    return browser.post(action, data=parts, content_type="multipart/form-data; boundary=cut")


def attachments():
    return db.session.scalars(select(Attachment).order_by(Attachment.id)).all()


def test_a_file_is_attached_on_the_desk_and_read_with_the_report(cast, client_of, desk):
    browser = client_of(cast.fellow)
    done = upload(browser, desk, taken_somewhere("JPEG"), "pictures/Göteborg.jpeg")
    assert (done.status_code, done.location) == (302, f"{desk}#attachments")
    assert "“Göteborg.jpg” is attached." in browser.get(desk).text
    [attachment] = attachments()
    address = f"/attachments/{attachment.id}/Göteborg.jpg"
    assert SECRET not in browser.get(address).data
    mentor = client_of(cast.mentor)
    assert mentor.get(address).status_code == 404
    report = make_report(cast.fellowship)
    page = read(mentor.get(f"/reports/{report.id}"))
    link, picture = page.select_one(".attachments a"), page.select_one(".attachments img")
    assert link["href"] == picture["src"] == f"/attachments/{attachment.id}/G%C3%B6teborg.jpg"
    assert mentor.get(link["href"]).status_code == 200


def test_a_file_is_answered_with_heads_that_let_it_do_nothing(cast, client_of):
    picture = make_attachment(cast.fellowship, name="Ö 論文 👩🏽‍🔬", content=PNG)
    paper = make_attachment(cast.fellowship, name="paper", kind=Kind.PDF, content=PDF)
    make_report(cast.fellowship)
    browser = client_of(cast.mentor)
    shown = browser.get(f"/attachments/{picture.id}/Ö 論文 👩🏽‍🔬.png")
    kept = browser.get(f"/attachments/{paper.id}/paper.pdf")
    assert (shown.data, shown.content_type) == (PNG, "image/png")
    assert (kept.data, kept.content_type) == (PDF, "application/pdf")
    named = shown.headers["Content-Disposition"]
    assert named.startswith("inline; ")
    assert f"filename*=UTF-8''{quote(picture.file_name)}" in named
    assert kept.headers["Content-Disposition"] == "attachment; filename=paper.pdf"
    for response in (shown, kept):
        assert response.headers.getlist("Content-Security-Policy") == [POLICY]
        assert response.headers.getlist("X-Content-Type-Options") == ["nosniff"]
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "private, no-cache"
        again = browser.get(response.request.path, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers.getlist("Content-Security-Policy") == [POLICY]
    assert browser.get(f"/attachments/{picture.id}/other.html").status_code == 404


def test_what_the_browser_has_already_is_not_read_again(cast, client_of, count_queries):
    attachment = make_attachment(cast.fellowship)
    browser, address = client_of(cast.fellow), f"/attachments/{attachment.id}/plot.png"
    tag = browser.get(address).headers["ETag"]
    with count_queries() as statements:
        assert browser.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert not [statement for statement in statements if "attachment.content" in statement]
    with count_queries() as statements:
        browser.get(address)
    assert [statement for statement in statements if "attachment.content" in statement]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "empty.png", "There is nothing in this file."),
        (b"x" * (MOST_BYTES + 1), "large.pdf", "larger than 5 MB"),
        (b"<html><script>", "page.png", "a web page"),
        (SCRIPTED, "paper.pdf", "runs a script"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "cut.png", "cannot be opened"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(cast, client_of, desk, data, name, said):
    make_draft(cast.fellowship, done="Two days of work.")
    refused = upload(client_of(cast.fellow), desk, data, name)
    assert refused.status_code == 422
    assert said in read(refused).select_one("#file-error").get_text()
    assert attachments() == []
    assert db.session.scalars(select(Revision.body)).one()["done"] == "Two days of work."


def test_nobody_waits_for_the_database_while_a_file_is_looked_into(cast, client_of, desk, monkeypatch):
    held = []

    def look(data):
        held.append(db.session().in_transaction())
        return Checked(Kind.PNG, data)

    monkeypatch.setattr(forms, "inspect_apart", look)
    assert upload(client_of(cast.fellow), desk, PNG, "plot.png").status_code == 302
    assert held == [False]


def test_what_may_be_attached_is_said_on_the_desk_and_beside_a_fault(cast, client_of, desk):
    browser = client_of(cast.fellow)
    hints = [
        read(browser.get(page)).select_one("#file-help").get_text() for page in (desk, f"{desk}/attachments")
    ]
    assert (
        hints[0]
        == hints[1]
        == f"{', '.join(one.word for one in list(Kind)[:-1])} or PDF, up to 5 MB each and 10 to a report."
    )
    assert (MOST_BYTES, MOST_FILES) == (5 * 1024 * 1024, 10)


def test_no_file_and_a_text_in_its_place_are_told(cast, client_of, desk):
    browser = client_of(cast.fellow)
    for typed in ({}, {"file": "text"}):
        refused = submit(browser, f"{desk}/attachments", **typed)
        assert (refused.status_code, "Please choose a file." in words(refused)) == (422, True)


def test_far_too_much_is_refused_with_what_the_page_takes(cast, client_of, desk):
    refused = upload(client_of(cast.fellow), desk, bytes(2 * MOST_BYTES), "large.pdf")
    assert refused.status_code == 413
    assert "more than a page takes (6 MB" in words(refused)
    other = client_of(cast.fellow).post(f"{desk}/draft", data={"x": "x" * 3_000_000})
    assert (other.status_code, "takes (2 MB" in words(other)) == (413, True)


def test_a_file_is_called_by_what_it_is_and_that_is_said(cast, client_of, desk):
    browser = client_of(cast.fellow)
    upload(browser, desk, PNG, "plot.pdf")
    assert "“plot.png” is attached. It was called .pdf, but it is PNG" in browser.get(desk).text
    upload(browser, desk, PNG, "again.png")
    assert "attached already, as “plot.png”" in browser.get(desk).text
    assert [one.file_name for one in attachments()] == ["plot.png"]


def test_the_eleventh_is_refused_beside_the_field_and_the_desk_says_so(cast, client_of, desk):
    for number in range(MOST_FILES):
        make_attachment(cast.fellowship, content=PNG + bytes([number]))
    browser = client_of(cast.fellow)
    assert "which is the most" in words(browser.get(desk))
    refused = upload(browser, desk, PDF, "one more.pdf")
    assert (refused.status_code, "Take one away first" in words(refused)) == (422, True)


def test_a_file_is_taken_away_and_earlier_versions_keep_it(cast, client_of, desk):
    attachment = make_attachment(cast.fellowship)
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment="Without the plot.")
    browser, action = client_of(cast.fellow), f"/attachments/{attachment.id}/remove"
    assert submit(browser, desk, action).status_code == 302
    assert read(browser.get(desk)).select("#attachments .row") == []
    page = f"/reports/{report.id}"
    assert "Files beside it" in words(browser.get(page)), "version 1 is what is read still"
    make_report(cast.fellowship, done="Without it.")
    read_again = words(client_of(cast.mentor).get(page))
    assert "Files beside it" not in read_again
    assert "Files that were sent with version 1 plot.png" in read_again


def test_files_of_a_report_that_waits_are_read_and_not_changed(cast, client_of, desk):
    make_attachment(cast.fellowship)
    report = make_report(cast.fellowship)
    browser = client_of(cast.fellow)
    assert browser.get(f"{desk}/attachments").location == f"/reports/{report.id}"
    token = token_of(browser, "/account")
    late = sent(browser, f"{desk}/attachments", token, PNG, "plot.png")
    assert (late.status_code, "This report was sent" in words(late)) == (409, True)


def test_a_research_manager_attaches_at_their_side_of_the_desk(cast, client_of):
    make_ramp(cast.cohort, AuthorshipMode.TOGETHER)
    period = period_of(cast.cohort, 5).id
    browser, side = client_of(cast.manager), f"/fellowships/{cast.fellowship.id}/periods/{period}/report"
    done = upload(browser, side, PNG, "plot.png")
    assert (done.status_code, done.location) == (302, f"{side}#attachments")
    [attachment] = attachments()
    address = f"/attachments/{attachment.id}/plot.png"
    assert client_of(cast.fellow).get(address).status_code == 200
    make_ramp(cast.cohort, AuthorshipMode.FELLOW_WRITES)
    page = read(browser.get(side))
    assert page.select_one("#attachments a")["href"] == address
    assert page.select("#attachments form") == []
    make_ramp(cast.cohort, AuthorshipMode.MANAGER_DRAFTS)
    gone = submit(browser, side, f"/attachments/{attachment.id}/remove")
    assert (gone.status_code, gone.location, attachments()) == (302, f"{side}#attachments", [])


def test_who_looks_as_the_fellow_sees_no_file_that_waits(cast, client_of):
    attachment = make_attachment(cast.fellowship)
    browser = client_of(cast.staff)
    submit(browser, f"/people/{cast.fellow.id}", f"/people/{cast.fellow.id}/look-as")
    address = f"/attachments/{attachment.id}/plot.png"
    assert browser.get("/fellow").status_code == 200
    assert browser.get(address).status_code == 404
    make_report(cast.fellowship, at=NOW)
    assert browser.get(address).status_code == 200
