"""What is old goes, each night, and nothing younger or still needed."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from program.access import Role
from program.accounts.models import Account
from program.attachments.models import Attachment
from program.audit.models import AuditEvent, Tag
from program.audit.verification import verify_chain
from program.cli import cli
from program.cohorts.models import CohortState
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.fellows.services import place_fellow
from program.notices.models import Notice, NoticeState
from program.reports.models import Report, Revision
from program.retention import rules, services
from program.retention.models import RetentionRun
from program.retention.over import NEEDED, OF_A_DRAFT, OF_AN_APPLICATION
from program.retention.queries import list_rules
from program.retention.rules import RULES, Rule, cutoff_of
from program.retention.services import run_due
from program.sign_in.models import SignInLink, SignInSession
from program.sign_in.services import make_link
from tests.factories import (
    NOW,
    make_account,
    make_attachment,
    make_cohort,
    make_comment,
    make_concern,
    make_deadline,
    make_draft,
    make_extension_request,
    make_fellowship,
    make_handover,
    make_leave,
    make_notice,
    make_override,
    make_report,
    make_request,
    make_session,
)
from tests.pages import words

DAY = timedelta(days=1)


@pytest.fixture
def settings(app):
    return app.extensions["settings"]


@pytest.fixture
def old_cohort(cast):
    """A cohort that is over since long before any limit."""
    cohort = make_cohort(name="Summer 24", starts_on=date(2024, 5, 13), ends_on=date(2024, 7, 19))
    cohort.state = CohortState.CLOSED
    return cohort


def while_it_ran(make, place, **given):
    """What was written before the cohort closed."""
    closed, place.cohort.state = place.cohort.state, CohortState.RUNNING
    made = make(place, **given)
    place.cohort.state = closed
    return made


def run(settings, now=NOW):
    gone = sum(run_due(settings, now=now))
    db.session.commit()
    return gone


def due(settings):
    return {line.name: line.due for line in list_rules(settings, now=NOW) if line.due}


def failed():
    """The rules that failed, and of what."""
    faults = select(RetentionRun.rule, RetentionRun.fault).where(RetentionRun.fault != "")
    return dict(db.session.execute(faults).all())


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_links_and_sessions_go_after_their_days_and_not_before(cast, settings):
    for days in (89, 91):
        make_link(cast.fellow, now=NOW - days * DAY)
        session = make_session(cast.fellow)
        session.ended_at = NOW - days * DAY
    make_session(cast.fellow)
    assert due(settings) == {"sign_in_links": 1, "sessions": 1}
    assert run(settings) == 2
    assert (count(SignInLink), count(SignInSession)) == (1, 2)


def test_mails_go_once_they_are_done_with(cast, settings):
    for number, state in enumerate(NoticeState):
        notice = make_notice(cast.fellow, subject=("report", number))
        notice.state, notice.created_at = state, NOW - 400 * DAY
    assert run(settings) == 3
    left = db.session.scalars(select(Notice.state)).all()
    assert set(left) == {*NoticeState} - {NoticeState.SENT, NoticeState.FAILED, NoticeState.CANCELLED}


def test_drafts_of_cohorts_that_are_over_go_and_what_was_sent_stays(cast, old_cohort, settings):
    place = make_fellowship(make_account(name="Old Fellow", roles=[Role.FELLOW]), old_cohort)
    while_it_ran(make_report, place, number=1)
    draft = while_it_ran(make_draft, place, number=2)
    while_it_ran(make_attachment, place, number=2)
    make_comment(draft, cast.manager, "Shorter, please.")
    make_draft(cast.fellowship, number=5)
    make_attachment(cast.fellowship, number=5)
    db.session.commit()
    assert due(settings) == {"drafts": 1}
    assert run(settings) == 1
    assert (count(Report), count(Revision), count(Attachment)) == (2, 2, 1)


def test_drafts_stay_while_the_cohort_is_not_closed(old_cohort, settings):
    place = make_fellowship(make_account(name="Old Fellow", roles=[Role.FELLOW]), old_cohort)
    while_it_ran(make_draft, place, number=2)
    old_cohort.state = CohortState.RUNNING
    assert run(settings) == 0


@pytest.mark.parametrize("stage", FellowshipStage)
def test_applications_go_that_were_not_taken_up(old_cohort, settings, stage):
    make_fellowship(make_account(name="Hopeful"), old_cohort, stage=stage)
    taken = {"applied", "shortlisted", "waitlisted", "declined"}
    assert run(settings) == (stage.value in taken)


def test_a_declined_application_goes_with_all_that_is_there_only_for_it(cast, old_cohort, settings):
    hopeful = make_account(name="Hopeful", roles=[Role.FELLOW])
    old_cohort.state = CohortState.RUNNING
    held = {"track_id": old_cohort.tracks[0].id, "project": "Probes"}
    days = (old_cohort.starts_on, old_cohort.ends_on)
    given = {"stage": FellowshipStage.DECLINED, "days": days, "place": held, "reason": "No seat."}
    place = place_fellow(hopeful, old_cohort, **given, actor=cast.staff, now=NOW)
    make_leave(place, old_cohort.starts_on)
    make_handover(place, cast.manager)
    make_override(place)
    make_extension_request(place)
    make_deadline(place)
    make_request(old_cohort, fellowship=place)
    old_cohort.state = CohortState.CLOSED
    db.session.commit()
    number = place.id
    assert due(settings) == {"applications": 1}
    assert (run(settings), failed()) == (1, {})
    assert [model for model, _column in OF_AN_APPLICATION if of_place(model, number)] == []


def of_place(model, fellowship_id):
    return db.session.scalars(select(model).filter_by(fellowship_id=fellowship_id)).all()


def test_every_table_that_leads_to_an_application_or_a_draft_is_known():
    """It keeps the application, or goes with it. Of a draft nothing else can be there."""
    after_sending = {"review", "review_draft", "report_text", "evaluation_report", "concern"}
    assert tables_to("fellowship") == names(OF_AN_APPLICATION) | {model.__tablename__ for model in NEEDED}
    assert tables_to("report") == names(OF_A_DRAFT) | after_sending


def names(dependants):
    return {model.__tablename__ for model, _column in dependants}


def tables_to(name):
    """The tables that have a column which leads to this one."""
    tables = db.metadata.sorted_tables
    return {
        table.name for table in tables if any(key.column.table.name == name for key in table.foreign_keys)
    }


def test_a_rule_that_fails_stops_no_other_and_is_seen(cast, settings, monkeypatch, client_of, caplog):
    make_link(cast.fellow, now=NOW - 100 * DAY)
    db.session.commit()
    clumsy = Rule("notices", "Mails", "notice_days", Account, lambda _before: Account.id == cast.fellow.id)
    monkeypatch.setattr(services, "RULES", (clumsy, RULES[0]))
    assert run(settings) == 1
    assert (failed(), count(SignInLink)) == ({"notices": "IntegrityError"}, 0)
    assert "failed , tried again the next night" in words(client_of(cast.staff).get("/retention"))
    assert "what is old could not be deleted" in caplog.messages


def test_an_application_that_something_hangs_on_stays(old_cohort, settings):
    place = make_fellowship(make_account(name="Hopeful", roles=[Role.FELLOW]), old_cohort)
    while_it_ran(make_report, place, number=1)
    place.stage = FellowshipStage.DECLINED
    db.session.flush()
    assert run(settings) == 0
    assert db.session.get(Fellowship, place.id) is place


def test_an_application_about_which_there_is_a_concern_stays(old_cohort, settings):
    place = make_fellowship(make_account(name="Hopeful", roles=[Role.FELLOW]), old_cohort)
    place.stage = FellowshipStage.DECLINED
    make_concern(place, place.account, make_account(name="Otto Brandt", roles=[Role.STAFF]))
    assert run(settings) == 0


def test_the_record_goes_from_its_beginning_and_stays_whole(cast, settings):
    db.session.commit()
    events = count(AuditEvent)
    later = NOW + 731 * DAY
    assert run(settings, later) >= events
    db.session.commit()
    verify_chain()


def test_each_rule_runs_once_a_night_and_not_before_two(cast, settings):
    assert list(run_due(settings, now=NOW.replace(hour=1))) == []
    assert [len(list(run_due(settings, now=NOW))) for _ in range(2)] == [len(RULES), 0]
    assert len(list(run_due(settings, now=NOW + DAY))) == len(RULES)


def test_what_was_deleted_is_written_down(cast, settings, client_of):
    make_link(cast.fellow, now=NOW - 100 * DAY)
    run(settings)
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.RETENTION_DELETE)).one()
    assert (event.actor_id, event.after["rule"], event.after["rows"]) == (None, "sign_in_links", 1)
    kept = db.session.scalars(select(RetentionRun).where(RetentionRun.rows > 0)).one()
    assert (kept.rule, kept.rows, kept.night) == ("sign_in_links", 1, NOW.date())
    assert "Links to sign in, after they ran out" in words(client_of(cast.staff).get("/retention"))


def test_many_rows_go_in_batches(cast, settings, monkeypatch, count_queries):
    monkeypatch.setattr(rules, "BATCH", 10)
    for _ in range(25):
        make_link(cast.fellow, now=NOW - 100 * DAY)
    db.session.commit()
    with count_queries() as statements:
        assert run(settings) == 25
    assert sum(s.startswith("DELETE FROM sign_in_link") for s in statements) == 3


def test_a_rule_that_takes_too_much_is_seen(cast, settings, monkeypatch):
    """What the tests above compare with would not be left."""
    real = RULES[0]
    greedy = Rule(real.name, real.what, real.setting, real.model, lambda _before: SignInLink.id.is_not(None))
    monkeypatch.setattr(services, "RULES", (greedy,))
    make_link(cast.fellow, now=NOW)
    assert (run(settings), count(SignInLink)) == (1, 0)


OF_COPIES = {"bundle_days"}
"""What is only a copy of what stays."""


def test_no_setting_lets_a_rule_take_what_is_a_month_old(settings):
    for rule in RULES:
        if rule.setting in OF_COPIES:
            continue
        least = type(settings).model_fields[rule.setting].metadata
        assert any(getattr(limit, "ge", 0) >= 30 for limit in least), rule.setting
        assert cutoff_of(rule, settings, NOW) <= NOW - 30 * DAY


def test_a_dry_run_deletes_nothing(cast, app, monkeypatch):
    make_link(cast.fellow, now=NOW - 100 * DAY)
    db.session.commit()
    monkeypatch.setattr("program.cli.create_app", lambda: app)
    said = CliRunner().invoke(cli, ["retention", "--dry-run"])
    assert said.exit_code == 0, said.output
    assert "1 of 90 days and more: Links to sign in, after they ran out" in said.output
    assert count(SignInLink) == 1
