"""A worker that is killed, overtaken or told to stop: an import is applied once, or not at all."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.doorbell import Bell
from program.errors import ConflictError, DomainError, ForbiddenStepError
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.imports import planning, work
from program.imports.kinds import ImportKind
from program.imports.models import Import, ImportFile, ImportRow, ImportState
from program.imports.services import (
    LEFT_OUT,
    LOOK_AGAIN,
    NOTHING_NEW,
    cancel_import,
    choose_columns,
    confirm_import,
)
from program.imports.work import BROKE, DIED, MAX_ATTEMPTS, claim_import, fail_import, work_on
from program.personal.services import erase_person, export_own_data
from program.retention.services import run_due
from tests.factories import NOW, make_account, make_fellowship, make_import, work_off
from tests.pages import read, submit

LEASE = timedelta(minutes=1)


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


@pytest.fixture
def confirmed(cast):
    """One new fellow, to be applied."""
    found = make_import(cast.cohort, cast.staff)
    confirm_import(found, seen=found.digest, leave_out=False, actor=cast.staff, now=NOW)
    db.session.commit()
    return found


def noor():
    return count(Account, Account.email == "noor@sheet.example")


def test_a_worker_that_dies_while_it_applies_leaves_nothing_and_another_does_it_once(confirmed, monkeypatch):
    """Killed after everything was written and before it was committed; the lease has to run out first."""

    def die(*_given, **_named):
        raise KeyboardInterrupt

    held = claim_import(lease=LEASE, now=NOW)
    db.session.commit()
    with monkeypatch.context() as patch:
        patch.setattr(work, "forget_import", die)
        with pytest.raises(KeyboardInterrupt):
            list(work_on(held, clock=lambda: NOW, lease=LEASE))
        db.session.rollback()
    assert (noor(), count(AuditEvent, AuditEvent.tag == Tag.IMPORT_APPLY)) == (0, 0)
    work_off(at=NOW + LEASE / 2)
    assert noor() == 0, "it is still held"
    work_off(at=NOW + 2 * LEASE)
    work_off(at=NOW + 4 * LEASE)
    db.session.refresh(confirmed)
    assert (confirmed.state, noor()) == (ImportState.APPLIED, 1)
    assert count(AuditEvent, AuditEvent.tag == Tag.IMPORT_APPLY) == 1


def test_who_was_overtaken_by_another_worker_writes_nothing(confirmed):
    late = claim_import(lease=LEASE, now=NOW)
    db.session.commit()
    steps = work_on(late, clock=lambda: NOW, lease=LEASE)
    next(steps)
    db.session.commit()
    assert claim_import(lease=LEASE, now=NOW + 2 * LEASE).id == confirmed.id
    db.session.commit()
    with pytest.raises(ConflictError):
        next(steps)
    db.session.rollback()
    assert noor() == 0


def test_cancelling_stops_a_worker_and_deletes_what_was_kept(confirmed, cast):
    held = claim_import(lease=LEASE, now=NOW)
    db.session.commit()
    steps = work_on(held, clock=lambda: NOW, lease=LEASE)
    next(steps)
    cancel_import(db.session.get(Import, confirmed.id), actor=cast.staff, now=NOW)
    db.session.commit()
    with pytest.raises(ConflictError):
        next(steps)
    db.session.rollback()
    assert (noor(), count(ImportFile), count(ImportRow)) == (0, 0, 0)
    with pytest.raises(ForbiddenStepError):
        cancel_import(confirmed, actor=cast.staff, now=NOW)


def test_the_page_says_how_far_it_is_and_it_can_be_cancelled_half_way(cast, client_of, monkeypatch):
    monkeypatch.setattr(work, "batches", lambda rows: ([row] for row in rows))
    text = "Name;Email;Track\n" + "".join(f"Noor {n};noor{n}@sheet.example;Governance\n" for n in range(4))
    found = make_import(cast.cohort, cast.staff, text=text, checked=False)
    choose_columns(found, mapping={"name": 0, "email": 1, "track": 2}, actor=cast.staff, now=NOW)
    db.session.commit()
    steps = work_on(claim_import(lease=LEASE, now=NOW), clock=lambda: NOW, lease=LEASE)
    browser, seen = client_of(cast.staff), []
    for _step in range(4):
        next(steps)
        db.session.commit()
        seen += [bar["value"] for bar in read(browser.get(f"/imports/{found.id}")).select("progress")]
    assert seen == ["0", "1", "2"]
    assert submit(browser, f"/imports/{found.id}", f"/imports/{found.id}/cancel").status_code == 302
    with pytest.raises(ConflictError):
        next(steps)
    db.session.rollback()
    assert (count(ImportRow), count(ImportFile)) == (0, 0)


def test_what_would_be_something_else_by_now_is_shown_anew_and_not_applied(confirmed, cast):
    make_account(name="Noor Vance", email="noor@sheet.example")
    work_off()
    db.session.refresh(confirmed)
    assert (confirmed.state, confirmed.moved) == (ImportState.CHECKED, True)
    assert count(Fellowship, Fellowship.account.has(email="noor@sheet.example")) == 0


def test_what_breaks_again_and_again_is_given_up_and_says_nothing_of_anybody(confirmed, run, monkeypatch):
    def broken(*_given, **_named):
        raise ZeroDivisionError("noor@sheet.example")

    monkeypatch.setattr(planning, "write_fellows", broken)
    for _ in range(MAX_ATTEMPTS + 1):
        run(Bell.IMPORT)
    db.session.expire_all()
    found = db.session.get(Import, confirmed.id)
    assert (found.state, found.last_error) == (ImportState.FAILED, f"{BROKE} (ZeroDivisionError)")
    assert found.attempts == MAX_ATTEMPTS


def test_what_its_workers_die_of_is_given_up(confirmed):
    """Nobody was left to say that it had failed."""
    for turn in range(MAX_ATTEMPTS):
        assert claim_import(lease=LEASE, now=NOW + 2 * turn * LEASE).id == confirmed.id
        db.session.commit()
    at = NOW + 2 * MAX_ATTEMPTS * LEASE
    last = claim_import(lease=LEASE, now=at)
    with pytest.raises(DomainError, match=DIED) as refused:
        next(work_on(last, clock=lambda: at, lease=LEASE))
    fail_import(last.id, last.lease_token, error=refused.value, now=at)
    assert (confirmed.state, confirmed.last_error, noor()) == (ImportState.FAILED, DIED, 0)
    cancel_import(confirmed, actor=confirmed.created_by, now=at)


def test_somebody_who_was_quicker_is_no_failure(confirmed, run, monkeypatch):
    """It is tried again, and then it is seen whether it would be something else now."""

    def be_late(*_given, **_named):
        raise ConflictError("There is an account with this address already.")

    with monkeypatch.context() as patch:
        patch.setattr(planning, "write_fellows", be_late)
        run(Bell.IMPORT)
    db.session.refresh(confirmed)
    assert (confirmed.state, confirmed.attempts) == (ImportState.APPLYING, 1)
    run(Bell.IMPORT)
    db.session.refresh(confirmed)
    assert (confirmed.state, noor()) == (ImportState.APPLIED, 1)


def test_what_was_not_seen_or_not_allowed_is_not_applied(cast):
    wrong = make_import(cast.cohort, cast.staff, text="Name;Email;Track\nA B;a@b.example;Governance\nC;;\n")
    for given, said in (
        ({"seen": "other", "leave_out": True}, LOOK_AGAIN),
        ({"seen": wrong.digest, "leave_out": False}, LEFT_OUT),
    ):
        with pytest.raises((ConflictError, ForbiddenStepError), match=said):
            confirm_import(wrong, **given, actor=cast.staff, now=NOW)
    known = f"Email;Stage\n{cast.fellow.email};active\n"
    same = make_import(cast.cohort, cast.staff, text=known)
    assert same.counts == {"new": 0, "changed": 0, "unchanged": 1, "asked": 0, "wrong": 0}
    with pytest.raises(ForbiddenStepError, match=NOTHING_NEW):
        confirm_import(same, seen=same.digest, leave_out=True, actor=cast.staff, now=NOW)


def test_a_cohort_that_was_archived_meanwhile_stays_as_it_is(confirmed, cast, run):
    cast.cohort.state = CohortState.ARCHIVED
    run(Bell.IMPORT)
    db.session.expire_all()
    found = db.session.get(Import, confirmed.id)
    assert (found.state, noor()) == (ImportState.FAILED, 0)
    assert found.last_error.startswith("This cohort is archived")


def test_who_has_lost_the_right_since_they_confirmed_it_brings_nobody_in(confirmed, cast, run):
    cast.staff.held_roles = [AccountRole(role=Role.MENTOR)]
    run(Bell.IMPORT)
    db.session.expire_all()
    assert (db.session.get(Import, confirmed.id).state, noor()) == (ImportState.FAILED, 0)


def test_outcomes_take_the_steps_between(cast):
    place = make_fellowship(make_account(name="Ola Berg"), cast.cohort, stage=FellowshipStage.APPLIED)
    text = "Email;Decision;Why\nola.berg@people.example;Offer accepted;Strong proposal\n"
    found = make_import(cast.cohort, cast.staff, text=text)
    confirm_import(found, seen=found.digest, leave_out=False, actor=cast.staff, now=NOW)
    db.session.commit()
    work_off()
    db.session.refresh(place)
    assert [(step.from_stage, step.to_stage, step.reason) for step in place.steps] == [
        ("applied", "shortlisted", "Strong proposal"),
        ("shortlisted", "offered", "Strong proposal"),
        ("offered", "accepted", "Strong proposal"),
    ]
    back = make_import(cast.cohort, cast.staff, text="Email;Decision\nola.berg@people.example;applied\n")
    assert back.counts["wrong"] == 1


def test_files_and_rows_go_after_their_days(cast, app):
    settings = app.extensions["settings"]
    old, young = (make_import(cast.cohort, cast.staff, at=NOW - timedelta(days=days)) for days in (31, 29))
    list(run_due(settings, now=NOW))
    assert [*db.session.scalars(select(ImportFile.id))] == [young.id]
    assert {*db.session.scalars(select(ImportRow.import_id))} == {young.id}
    assert db.session.get(Import, old.id) is not None


@pytest.mark.parametrize("kind", [ImportKind.FELLOWS, ImportKind.MENTORS])
def test_erasing_a_person_reaches_the_rows_that_ask_whether_they_are_meant(cast, kind):
    who = cast.fellow if kind is ImportKind.FELLOWS else cast.mentor
    text = f"Name;Email;Track\n{who.name};another@sheet.example;Governance\n"
    waiting = make_import(cast.cohort, cast.staff, kind=kind, text=text)
    assert waiting.counts["asked"] == 1
    erase_person(who, actor=cast.staff, now=NOW)
    db.session.commit()
    db.session.refresh(waiting)
    assert (waiting.state, count(ImportFile), count(ImportRow)) == (ImportState.CANCELLED, 0, 0)


def test_a_mentor_does_not_read_the_notes_of_staff_in_what_a_sheet_said_of_them(cast):
    text = f"Name;Email;Notes;Expertise\n{cast.mentor.name};{cast.mentor.email};Slow to answer;Probes\n"
    make_import(cast.cohort, cast.staff, kind=ImportKind.MENTORS, text=text)
    export_own_data(into=(taken := BytesIO()), actor=cast.mentor, now=NOW)
    with ZipFile(taken) as archive:
        told = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "What sheets said about you" in told
    assert "Slow to answer" not in told


def test_erasing_a_mentor_reaches_the_rows_that_assign_fellows_to_them(cast):
    text = f"Fellow email;Mentor\n{cast.fellow.email};{cast.other_mentor.name}\n"
    make_import(cast.cohort, cast.staff, kind=ImportKind.ASSIGNMENTS, text=text)
    assert cast.other_mentor.name in db.session.scalars(select(ImportRow.label)).one()
    erase_person(cast.other_mentor, actor=cast.staff, now=NOW)
    assert (count(ImportFile), count(ImportRow)) == (0, 0)


def test_erasing_a_person_reaches_what_sheets_said_of_them(confirmed, cast):
    work_off()
    text = (
        "Name;Email;Track\nNoor Vance;noor@sheet.example;Governance\nOther One;one@sheet.example;Governance\n"
    )
    waiting = make_import(cast.cohort, cast.staff, text=text)
    person = db.session.scalars(select(Account).filter_by(email="noor@sheet.example")).one()
    erase_person(person, actor=cast.staff, now=NOW)
    db.session.commit()
    db.session.refresh(waiting)
    assert waiting.state is ImportState.CANCELLED
    assert (count(ImportFile), count(ImportRow)) == (0, 0)
