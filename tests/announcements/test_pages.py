"""Writing to a group on the page: typed, looked at, sent; and what one is told when something moved."""

import pytest
from sqlalchemy import select

from program.access import Role
from program.announcements.models import Announcement
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.notices.models import Notice
from tests.factories import NOW, make_account, make_announcement, make_fellowship, make_report, track_of
from tests.pages import filled, find_form, read, words
from tests.scenarios import more_fellows


@pytest.fixture
def staff(cast, client_of):
    return client_of(cast.staff)


def posted(browser, page, address, **typed):
    form = find_form(page, address)
    return browser.post(address, data={**filled(form), **typed})


def whom(response):
    return [row.th.get_text() for row in read(response).select("tbody tr")]


def test_from_the_cohort_to_the_mail(cast, staff):
    for number in range(1, 5):
        make_report(cast.fellowship, number=number, at=NOW)
    new = f"/cohorts/{cast.cohort.id}/announcements/new"
    page = read(staff.get(f"/cohorts/{cast.cohort.id}"))
    listing = read(staff.get(page.find("a", string="Announcements")["href"]))
    assert listing.find("a", string="Write to a group")["href"] == new
    governance = track_of(cast.cohort, "Governance").id
    typed = {"parts": ["fellow"], "tracks": [governance], "owes": "late", "kinds": ["report"]}
    said = {"subject": "Your\u202e report", "text": "Please *write* it.\x00\n\nOr say why not."}
    sent = posted(staff, read(staff.get(new)), new, **typed, **said)
    shown = staff.get(sent.location)
    assert "fellows on Governance who are late with a report: 1 person" in words(shown)
    assert "Dear Kwame Boadu, Please write it. Or say why not. Ruth Calloway" in words(shown)
    assert whom(shown) == ["Kwame Boadu"]
    draft = read(shown)
    assert draft.find("button", string="Send to 1 person")
    done = posted(staff, draft, f"{sent.location}/send")
    after = staff.get(done.location)
    assert "It goes to 1 person now" in after.text
    assert "1 waiting" in words(after)
    assert whom(after) == ["Kwame Boadu"]
    [notice] = db.session.scalars(select(Notice).filter_by(subject_kind="announcement"))
    assert notice.account_id == cast.other_fellow.id
    assert "1 waiting" in words(staff.get(f"/cohorts/{cast.cohort.id}/announcements"))


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"parts": []}, "Please choose whom it is for."),
        ({"owes": "nothing", "kinds": ["review"]}, "Fellows never owe that."),
        ({"leads_to": "queue"}, "Fellows have no such page."),
        ({"parts": ["mentor"], "leads_to": "reports"}, "Mentors have no such page."),
        ({"owes": "often"}, "Not a valid choice."),
        ({"text": "x" * 10_001}, "longer than 10,000 characters"),
        ({"subject": " \n "}, "Please fill in “Subject”."),
        ({"tracks": ["999999"]}, "is not a valid choice"),
        ({"manager": "1e308"}, "Not a valid choice."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(cast, staff, typed, complaint):
    new = f"/cohorts/{cast.cohort.id}/announcements/new"
    usual = {"parts": ["fellow"], "subject": "Seminar", "text": "It is at ten."}
    answer = posted(staff, read(staff.get(new)), new, **{**usual, **typed})
    assert answer.status_code == 422
    assert complaint in " ".join(answer.text.split())
    kept = read(answer).find("textarea", {"name": "text"}).get_text().strip()
    assert kept == {**usual, **typed}["text"]
    assert db.session.scalars(select(Announcement)).all() == []


def test_who_came_and_who_went_is_named(cast, staff, draft):
    here = f"/announcements/{draft.id}"
    page = read(staff.get(here))
    cast.fellowship.stage = FellowshipStage.WITHDRAWN
    make_fellowship(make_account(name="Nela Novák", roles=[Role.FELLOW]), cast.cohort)
    answer = posted(staff, page, f"{here}/send")
    assert answer.status_code == 409
    assert "It goes to them now, too: Nela Novák." in words(answer)
    assert "It goes to them no more: Amara Okafor." in words(answer)
    assert "was changed on another page" not in words(answer)
    assert whom(answer) == ["Kwame Boadu", "Nela Novák"]
    assert posted(staff, read(answer), f"{here}/send").status_code == 302
    assert len(db.session.scalars(select(Notice)).all()) == 2


def test_a_preview_of_another_text_is_stale(cast, staff, draft):
    here = f"/announcements/{draft.id}"
    before = read(staff.get(here))
    edited = posted(staff, read(staff.get(f"{here}/edit")), f"{here}/edit", text="It is off.")
    assert edited.status_code == 302
    answer = posted(staff, before, f"{here}/send")
    assert answer.status_code == 409
    assert "was changed on another page" in words(answer)
    assert "It is off." in words(answer)


def test_the_second_device_is_told_that_it_was_sent(staff, draft):
    here = f"/announcements/{draft.id}"
    one, other = read(staff.get(here)), read(staff.get(here))
    posted(staff, one, f"{here}/send")
    again = posted(staff, other, f"{here}/send")
    assert "It was sent already, and is not sent again." in staff.get(again.location).text
    assert len(db.session.scalars(select(Notice)).all()) == 2


def test_the_second_tab_keeps_what_was_typed(staff, draft):
    address = f"/announcements/{draft.id}/edit"
    one, other = read(staff.get(address)), read(staff.get(address))
    posted(staff, one, address, text="First.")
    answer = posted(staff, other, address, text="Second.")
    assert answer.status_code == 409
    assert read(answer).find("textarea", {"name": "text"}).get_text().strip() == "Second."
    assert posted(staff, read(answer), address).status_code == 302
    assert db.session.scalar(select(Announcement.text)) == "Second."


def test_who_is_left_out_is_a_page_of_its_own(cast, staff, draft):
    more_fellows(cast, 1)[0].account.disabled_at = NOW
    shown = staff.get(f"/announcements/{draft.id}")
    assert "2 people , with 1 left out" in words(shown)
    left = staff.get(read(shown).find("a", string="Left out 1")["href"])
    assert whom(left) == ["Fellow I001"]
    assert "is disabled" in words(left)


def test_a_draft_is_not_for_colleagues_and_what_was_sent_is(cast, client_of, draft):
    colleague = client_of(make_account(name="Nadia Ferrow", roles=[Role.STAFF]))
    assert colleague.get(f"/announcements/{draft.id}").status_code == 404
    sent = make_announcement(cast.cohort, cast.staff, subject="Off", sent=True)
    assert colleague.get(f"/announcements/{sent.id}").status_code == 200
    listed = words(colleague.get(f"/cohorts/{cast.cohort.id}/announcements"))
    assert "Off" in listed
    assert "Friday" not in listed


def test_from_the_board_the_track_is_chosen(cast, staff):
    governance = track_of(cast.cohort, "Governance").id
    board = read(staff.get(f"/cohorts/{cast.cohort.id}/board?track={governance}"))
    page = read(staff.get(board.find("a", string="Write to these fellows")["href"]))
    chosen = [box["value"] for box in page.select("input[name=tracks][checked]")]
    assert chosen == [str(governance)]


def test_a_draft_is_discarded(cast, staff, draft):
    here = f"/announcements/{draft.id}"
    answer = posted(staff, read(staff.get(here)), f"{here}/discard")
    assert answer.location == f"/cohorts/{cast.cohort.id}/announcements"
    assert staff.get(here).status_code == 404
