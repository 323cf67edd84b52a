"""A concern's course: raised, acknowledged, worked on, closed; who is told, who owes what, and what stays private."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from program.audit.models import AuditEvent, Tag
from program.concerns.models import Concern, ConcernMessage, ConcernState
from program.concerns.services import step_concern
from program.concerns.states import STEPS
from program.errors import ForbiddenStepError
from program.extensions import db
from program.notices.models import Notice, NoticeKind
from program.obligations.models import ObligationKind
from program.obligations.queries import count_owed_in, list_owed_by
from program.personal.services import erase_person
from program.reminders.services import sweep
from tests.delivery.conftest import desk, office, relay, sender
from tests.factories import NOW, make_concern, make_report
from tests.pages import filled, find_form, read, submit, words

__all__ = ["desk", "office", "relay", "sender"]
SECRET = "She never reads them."
DAY = timedelta(days=1)


def lines():
    query = select(ConcernMessage.author_id, ConcernMessage.text, ConcernMessage.step)
    return [tuple(row) for row in db.session.execute(query.order_by(ConcernMessage.id))]


def owed(account, now=NOW):
    found = list_owed_by(account.id, now=now)
    return [
        (one.due_at, f"/concerns/{one.subject_id}") for one in found if one.kind is ObligationKind.CONCERN
    ]


def stepped(browser, concern, step, **typed):
    return submit(browser, f"/concerns/{concern.id}", f"/concerns/{concern.id}/{step}", **typed)


def test_it_is_raised_from_a_report_and_says_who_will_see_it(cast, report, client_of):
    browser, address = client_of(cast.fellow), f"/reports/{report.id}/concern"
    assert read(browser.get(f"/reports/{report.id}")).find("a", href=address)
    said = words(browser.get(address))
    assert "Who will not: your mentor, your research manager, other staff, administrators" in said
    done = submit(browser, address, text="It is **too much**.", staff=str(cast.staff.id))
    assert done.status_code == 302
    page = words(browser.get(done.location))
    for text in ("raised", "raised by you", "report for week 4", "Ruth Calloway", "too much"):
        assert text in page
    assert owed(cast.staff) == [(NOW + 2 * DAY, done.location)]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"text": " "}, "text", "Please fill in"),
        ({"text": "x" * 10_001}, "text", "longer than 10,000 characters"),
        ({"staff": ""}, "staff", "at least one member of staff"),
        ({"staff": "999999"}, "staff", "not a valid choice"),
        ({"staff": "{mentor}"}, "staff", "not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(cast, report, client_of, typed, field, said):
    typed = {name: text.replace("{mentor}", str(cast.mentor.id)) for name, text in typed.items()}
    ordinary = {"text": SECRET, "staff": str(cast.staff.id)}
    response = submit(client_of(cast.fellow), f"/reports/{report.id}/concern", **(ordinary | typed))
    assert response.status_code == 422
    assert said in read(response).select_one(f"#{field}-error").get_text()
    kept = typed.get("text", SECRET).strip()
    assert read(response).find("textarea").get_text().strip() == kept
    assert lines() == []


def test_a_form_that_is_sent_twice_is_one_concern_one_message_and_one_step(cast, report, client_of):
    browser, address = client_of(cast.fellow), f"/reports/{report.id}/concern"
    form = filled(find_form(read(browser.get(address)), address))
    form |= {"text": SECRET, "staff": str(cast.staff.id)}
    answers = [browser.post(address, data=form) for _ in range(2)]
    assert {answer.location for answer in answers} == {answers[0].location} != {None}
    page, staff = answers[0].location, client_of(cast.staff)
    for step in ("messages", "acknowledge"):
        form = filled(find_form(read(staff.get(page)), f"{page}/{step}")) | {"text": step}
        assert [staff.post(f"{page}/{step}", data=form).status_code for _ in range(2)] == [302, 302]
    assert [text for _who, text, _step in lines()] == [SECRET, "messages", "acknowledge"]
    form = filled(find_form(read(staff.get(page)), f"{page}/messages"))
    for text in ("Before", "After going back"):
        staff.post(f"{page}/messages", data=form | {"text": text})
    assert [text for _who, text, _step in lines()][3:] == ["Before", "After going back"]
    assert db.session.scalar(select(func.count()).select_from(Concern)) == 1
    assert db.session.scalar(select(func.count()).where(Notice.kind == NoticeKind.CONCERN)) == 3


def test_both_sides_write_and_it_is_worked_on_closed_and_reopened(cast, concern, client_of):
    fellow, staff = client_of(cast.fellow), client_of(cast.staff)
    for browser, step, text in (
        (staff, "acknowledge", "Thank you."),
        (fellow, "messages", "When?"),
        (staff, "work", ""),
        (staff, "close", "Done."),
        (fellow, "reopen", "Not so."),
    ):
        assert stepped(browser, concern, step, text=text).status_code == 302
    fellow_id, staff_id = cast.fellow.id, cast.staff.id
    assert lines()[1:] == [
        (staff_id, "Thank you.", ConcernState.ACKNOWLEDGED),
        (fellow_id, "When?", None),
        (staff_id, "", ConcernState.WORKED),
        (staff_id, "Done.", ConcernState.CLOSED),
        (fellow_id, "Not so.", ConcernState.RAISED),
    ]
    assert [due for due, _url in owed(cast.staff)] == [NOW + 2 * DAY]
    assert stepped(fellow, concern, "messages", text="").status_code == 422


@pytest.mark.parametrize("state", ConcernState)
@pytest.mark.parametrize("step", ConcernState)
def test_only_the_steps_of_the_table_are_taken(cast, concern, state, step):
    concern.state = state
    db.session.commit()
    concern.owed_at = NOW if step is ConcernState.RAISED else NOW + 2 * DAY
    told = {"text": "", "once": "0" * 32, "actor": cast.staff, "now": NOW}
    if step in STEPS[state]:
        step_concern(concern, step=step, **told)
        assert (concern.state, concern.owed_at) == (step, NOW + 2 * DAY)
    else:
        with pytest.raises(ForbiddenStepError):
            step_concern(concern, step=step, **told)
        assert len(lines()) == 1


def test_an_acknowledgement_is_owed_until_it_is_given_and_no_page_counts_it(cast, concern, client_of):
    staff = client_of(cast.staff)
    assert "A concern that was put to you" in words(staff.get("/staff"))
    assert count_owed_in(cast.cohort.id, now=NOW)[ObligationKind.CONCERN].owed == 0
    assert staff.get(f"/cohorts/{cast.cohort.id}/close").status_code == 200
    stepped(staff, concern, "acknowledge")
    assert owed(cast.staff) == []
    listed = staff.get("/concerns?state=acknowledged")
    assert read(listed).find("a", href=f"/concerns/{concern.id}")
    assert not read(staff.get("/concerns?state=raised")).find("a", href=f"/concerns/{concern.id}")


def test_they_are_reminded_when_it_is_due_and_not_while_the_first_mail_is_fresh(cast, concern):
    def reminded():
        query = select(Notice.rung).where(
            Notice.kind == NoticeKind.REMINDER, Notice.subject_kind == "concern"
        )
        return db.session.scalars(query.order_by(Notice.id)).all()

    sweep(now=NOW + timedelta(hours=1))
    assert reminded() == []
    sweep(now=NOW + 2 * DAY)
    sweep(now=NOW + 7 * DAY)
    assert reminded() == ["at due", "24 h after"]


def test_mails_say_neither_what_it_is_nor_about_whom(cast, colleague, concern, client_of, sender, office):
    db.session.query(Notice).where(Notice.kind != NoticeKind.CONCERN).delete()
    stepped(client_of(cast.staff), concern, "acknowledge", text="Thank you for it.")
    stepped(client_of(cast.fellow), concern, "messages", text="Please do not wait.")
    sender.send()
    told = [(mail["To"].addresses[0].addr_spec, mail["Subject"]) for mail in office.record.mails]
    assert told == [
        (cast.staff.email, "A concern was put to you"),
        (cast.fellow.email, "Your concern was acknowledged"),
        (cast.staff.email, "Something new in a concern"),
    ]
    for mail in office.record.mails:
        text = mail.get_body(("plain",)).get_content()
        assert not [w for w in (SECRET, "Thank you for", "Please do", "week 4") if w in text]
        assert "Amara" not in (
            mail["Subject"] if mail["To"].addresses[0].addr_spec == cast.fellow.email else text
        )


def test_who_cannot_read_it_any_more_gets_no_mail(cast, colleague, concern, sender, office):
    cast.staff.held_roles = []
    sender.send()
    assert cast.staff.email not in {mail["To"].addresses[0].addr_spec for mail in office.record.mails}


def test_the_record_and_the_outbox_keep_it_and_show_it_to_nobody(cast, colleague, concern, client_of):
    stepped(client_of(cast.staff), concern, "acknowledge", text="Thank you.")
    events = db.session.scalars(select(AuditEvent).filter_by(subject_kind="concern")).all()
    assert [(e.tag, e.actor_id) for e in events] == [
        (Tag.CONCERN_RAISE, cast.fellow.id),
        (Tag.CONCERN_STEP, cast.staff.id),
    ]
    assert not [e for e in events if SECRET in f"{e.before}{e.after}"]
    sweep(now=NOW + 2 * DAY)
    for who in (cast.staff, colleague):
        browser = client_of(who)
        for address in ("/audit", f"/audit?person={cast.fellow.email}", "/notices"):
            lines_of = read(browser.get(address)).select("tbody tr")
            assert lines_of
            assert not [line for line in lines_of if "concern" in line.get_text().lower()], address
        assert browser.get("/audit?tag=concern:self:raise").status_code == 422


def test_each_takes_home_what_they_wrote_and_nothing_that_was_said_of_them(cast, concern, client_of):
    make_concern(cast.fellowship, cast.mentor, cast.staff, text="He seems unwell.")
    stepped(client_of(cast.staff), concern, "messages", text="We look into it.")

    def taken(account):
        response = submit(client_of(account), "/account/data")
        return json.loads(ZipFile(BytesIO(response.data)).read("data.json"))

    fellow, mentor = taken(cast.fellow), taken(cast.mentor)
    assert [one["text"] for one in fellow["concern_message"]] == [SECRET]
    assert len(fellow["concern"]) == 1
    assert "unwell" not in json.dumps(fellow)
    assert [one["text"] for one in mentor["concern_message"]] == ["He seems unwell."]
    assert SECRET not in json.dumps(mentor)


def test_erasing_the_fellow_blanks_what_they_raised_and_what_was_raised_about_them(cast, concern):
    make_concern(cast.fellowship, cast.mentor, cast.staff, text="Amara seems unwell.")
    make_concern(cast.other_fellowship, cast.other_mentor, cast.staff, text="Something else.")
    erase_person(cast.fellow, actor=cast.staff, now=NOW)
    db.session.commit()
    assert [text for _who, text, _step in lines()] == ["", "", "Something else."]
    assert len(owed(cast.staff)) == 1


def test_a_page_and_a_list_cost_the_same_with_many(cast, concern, client_of, count_queries):
    browser = client_of(cast.staff)

    def cost():
        db.session.commit()
        with count_queries() as statements:
            for address in ("/concerns", f"/concerns/{concern.id}"):
                assert browser.get(address).status_code == 200
        return len(statements)

    few = cost()
    for number in range(1, 4):
        report = make_report(cast.other_fellowship, number=number)
        make_concern(cast.other_fellowship, cast.other_fellow, cast.staff, report=report)
        stepped(client_of(cast.fellow), concern, "messages", text=f"Turn {number}.")
    assert cost() == few
