"""Erasing a person: nothing of who they were stays anywhere, and what others need does."""

import pytest
from sqlalchemy import String, func, select
from sqlalchemy import cast as as_type

from program import access
from program.access import Role, every
from program.attachments.models import Attachment
from program.audit.models import AuditEvent, Tag
from program.audit.verification import verify_chain
from program.bundles.models import Bundle, BundlePart
from program.bundles.services import start_bundle
from program.errors import ForbiddenError, ForbiddenStepError
from program.evaluations.models import Evaluation, Moment
from program.extensions import db
from program.personal import services
from program.personal.catalogue import CATALOGUE
from program.personal.services import erase_person
from program.reports.models import Report
from program.reviews.models import Review, Signal, Verdict
from program.reviews.services import ToStaff
from program.sign_in.services import mint_sign_in_link, request_link
from tests.factories import (
    NOW,
    bundle_up,
    make_account,
    make_attachment,
    make_authenticator,
    make_comment,
    make_deadline,
    make_draft,
    make_evaluation,
    make_extension_request,
    make_invitation,
    make_override,
    make_passkey,
    make_report,
    make_request,
    make_review,
    make_round,
)
from tests.pages import read, submit, words


def found(*texts):
    """Every `table.column` that holds one of these texts, whatever kind of column it is."""
    columns = [column for table in db.metadata.sorted_tables for column in table.columns]
    return sorted({str(column) for column in columns for text in texts if holds(column, text)})


def holds(column, text):
    """Whether a row has the text in this column, in capitals or not."""
    lower = func.lower(as_type(column, String))
    return bool(db.session.scalar(select(func.count()).where(lower.contains(text.lower()))))


@pytest.fixture
def lived(cast, client_of):
    """The fellow has left traces everywhere."""
    browser = client_of(cast.fellow)
    submit(browser, "/account", name="Amara Okafor-Lind")
    request_link(cast.fellow.email, now=NOW)
    make_passkey(cast.fellow)
    make_authenticator(cast.fellow)
    report = make_report(cast.fellowship, number=4, asks="One?")
    said = ToStaff(Signal.ON_TRACK, "Amara is fast.")
    answers = {report.asks[0].id: "Yes."}
    make_review(report, cast.mentor, comment="Well done.", answers=answers, to_staff=said)
    make_override(cast.fellowship).reason = "Amara is new."
    make_deadline(cast.fellowship, reason="Amara was ill.")
    make_extension_request(cast.fellowship, reason="I, Amara, am ill.").word = "Get well, Amara."
    make_request(cast.cohort, fellowship=cast.fellowship, called="How Amara is")
    asked = make_round(cast.cohort)
    make_evaluation(asked, cast.fellowship, cast.mentor, evidence="Amara did it.", comment="Take Amara.")
    db.session.commit()
    return cast


NAMES = ("okafor", "amara")


def test_before_it_the_person_is_found_in_many_places(lived):
    assert {"account.name", "account.email", "audit_event.after"} <= set(found(*NAMES))


def test_nothing_of_who_they_were_is_found_in_any_column_after_it(lived):
    erase_person(lived.fellow, actor=lived.staff, now=NOW)
    db.session.commit()
    assert found(*NAMES) == []
    assert (lived.fellow.name, lived.fellow.email) == (
        "former fellow",
        f"erased-{lived.fellow.id}@erased.invalid",
    )
    assert (lived.fellow.roles, lived.fellow.can_sign_in) == (frozenset(), False)


def test_all_that_the_catalogue_has_replaced_is_replaced(lived, monkeypatch):
    otherwise, replaced = {"attachment"}, set()
    monkeypatch.setattr(services, "_replace", lambda table, *_args, **_values: replaced.add(table))
    erase_person(lived.fellow, actor=lived.staff, now=NOW)
    assert replaced == {table for table, row in CATALOGUE.items() if row.replaced} - otherwise


def test_no_zip_keeps_their_words(lived):
    bundle_up(lived.cohort, lived.staff)
    start_bundle(lived.cohort, actor=lived.staff, now=NOW)
    db.session.commit()
    erase_person(lived.mentor, actor=lived.staff, now=NOW)
    db.session.commit()
    assert [db.session.scalars(select(model.id)).all() for model in (Bundle, BundlePart)] == [[], []]


def test_what_was_said_beside_a_draft_goes_with_it(cast):
    make_comment(make_draft(cast.fellowship, number=5), cast.manager, "Shorter, please.")
    erase_person(cast.fellow, actor=cast.staff, now=NOW)
    assert db.session.scalars(select(Report)).all() == []


def test_what_a_mentor_began_to_say_of_a_fellow_goes_with_them(cast):
    asked, sent = make_round(cast.cohort), make_round(cast.cohort, moment=Moment.FINAL)
    said = {"fellowship": cast.fellowship, "mentor": cast.mentor}
    make_evaluation(asked, **said, sent=False, comment="Not meant for anybody yet.")
    kept = make_evaluation(sent, **said, comment="Sent.")
    erase_person(cast.mentor, actor=cast.staff, now=NOW)
    assert found("not meant") == []
    assert db.session.scalars(select(Evaluation.id)).all() == [kept.id]


def test_the_check_above_sees_what_was_forgotten(lived, monkeypatch):
    monkeypatch.setattr(services, "redact_events", lambda _account_id: 0)
    erase_person(lived.fellow, actor=lived.staff, now=NOW)
    db.session.commit()
    assert found(*NAMES) == ["audit_event.after", "audit_event.before"]


def test_the_record_stays_whole(lived):
    erase_person(lived.fellow, actor=lived.staff, now=NOW)
    db.session.commit()
    walk = verify_chain()
    assert walk.redacted == 5
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (last.tag, last.actor_id, last.after) == (Tag.ACCOUNT_ERASE, lived.staff.id, {})


def test_what_others_need_keeps_its_text_under_another_name(lived, client_of):
    report_id = db.session.scalars(select(Review.report_id)).one()
    erase_person(lived.fellow, actor=lived.staff, now=NOW)
    text = words(client_of(lived.mentor).get(f"/reports/{report_id}"))
    assert "former fellow" in text
    assert "Reproduced the probe" in text
    assert "Well done." in text


def test_a_mentor_leaves_their_answers_and_no_name(lived, client_of):
    report_id = db.session.scalars(select(Review.report_id)).one()
    erase_person(lived.mentor, actor=lived.staff, now=NOW)
    db.session.commit()
    assert lived.mentorship.name == "former mentor"
    assert found("vanders", "margit") == []
    assert "Well done." in words(client_of(lived.fellow).get(f"/reports/{report_id}"))


def test_it_is_out_within_one_request(lived, client_of, app):
    phone = client_of(lived.fellow)
    link = mint_sign_in_link(lived.fellow, now=NOW)
    path = f"/people/{lived.fellow.id}/erase"
    assert submit(client_of(lived.staff), path, email="AMARA.okafor@people.example ").status_code == 302
    assert (phone.get("/fellow").status_code, app.test_client().get(link).status_code) == (302, 410)


def test_another_address_erases_nobody(lived, client_of):
    path = f"/people/{lived.fellow.id}/erase"
    response = submit(client_of(lived.staff), path, email="kwame.boadu@people.example")
    assert response.status_code == 422
    assert "Nothing was erased." in words(response)
    assert not lived.fellow.is_erased


def test_the_page_says_what_would_be_deleted(lived, client_of):
    text = words(client_of(lived.staff).get(f"/people/{lived.fellow.id}/erase"))
    assert "their passkeys (1)" in text


def test_erasing_twice_is_safe(lived, client_of):
    for _ in range(2):
        erase_person(lived.fellow, actor=lived.staff, now=NOW)
    events = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ACCOUNT_ERASE)).all()
    assert len(events) == 1
    page = client_of(lived.staff).get(f"/people/{lived.fellow.id}/erase")
    assert "erased already" in words(page)
    assert read(page).main.find("form") is None


def test_somebody_who_never_joined_is_erased_with_the_invitation(cast, client):
    invitation = make_invitation("ada@new.example", staff=cast.staff)
    erase_person(invitation.account, actor=cast.staff, now=NOW)
    db.session.commit()
    assert found("ada@new") == []


def test_staff_erase_no_colleague_and_nobody_themself(cast):
    helper = make_account(name="Sam Helper", roles=[Role.STAFF])
    with pytest.raises(ForbiddenError):
        erase_person(cast.staff, actor=helper, now=NOW)
    with pytest.raises(ForbiddenStepError):
        erase_person(cast.staff, actor=cast.staff, now=NOW)


def test_the_check_above_sees_a_policy_that_lets_them(cast, monkeypatch):
    helper = make_account(name="Sam Helper", roles=[Role.STAFF])
    make_account(name="Second Admin", roles=[Role.ADMIN])
    for permission in (access.Permission.PERSON_ERASE, access.Permission.PERSON_CHANGE):
        monkeypatch.setitem(access.POLICY, permission, {Role.STAFF: every})
    erase_person(cast.staff, actor=helper, now=NOW)
    assert cast.staff.is_erased


def test_what_was_written_and_never_sent_is_gone_and_what_was_sent_stays(lived, client_of):
    sent = db.session.scalars(select(Review.report_id)).one()
    lived.fellowship.project = "Okafor's probes"
    make_draft(lived.fellowship, number=5, done="A thought of Amara Okafor that nobody was sent.")
    make_attachment(lived.fellowship, number=3, name="Amara. Okafor", content=b"the plot")
    returned = make_report(lived.fellowship, number=3, done="The first version.")
    make_review(returned, lived.mentor, verdict=Verdict.RETURN, comment="More, please.")
    make_draft(lived.fellowship, number=3, done="A second version that was never sent.")
    make_attachment(lived.fellowship, number=5, name="Okafor, draft")
    make_attachment(lived.fellowship, number=3, name="Okafor, mended", content=b"never sent")
    other = make_draft(lived.other_fellowship, number=5, done="What somebody else writes.")
    db.session.commit()
    erase_person(lived.fellow, actor=lived.staff, now=NOW)
    db.session.commit()
    assert found(*NAMES, "never sent", "nobody was sent") == []
    assert found("The first version.", "What somebody else writes.") == ["revision.body"]
    assert {report.id for report in db.session.scalars(select(Report))} == {sent, returned.id, other.id}
    page = words(client_of(lived.staff).get(f"/reports/{returned.id}"))
    assert "The first version." in page
    assert "attachment.png" in page
    assert db.session.scalars(select(Attachment.content)).all() == [b"the plot"]
