"""Moving fellows from stage to stage, one or thousands: first a preview, then all of it at once or nothing."""

import pytest
from sqlalchemy import insert, select

from program.access import POLICY, Permission, Role, every
from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.fellows import services
from program.fellows.listing import Choice, Wanted
from program.fellows.models import Fellowship, FellowshipStage, FellowshipStep
from program.fellows.services import FellowError, preview_steps, take_steps
from tests.factories import NOW, make_account, make_cohort, make_fellowship
from tests.pages import filled, find_form, read, words

S = FellowshipStage
TODAY = NOW.date()


@pytest.fixture
def applicants(cast):
    """Three people who applied, beside the two who are active."""
    names = ("Ada One", "Ben Two", "Cem Three")
    return [make_fellowship(make_account(name=name), cast.cohort, stage=S.APPLIED) for name in names]


def everybody(cast, **wanted):
    return Choice(cast.cohort.id, TODAY, Wanted(**wanted))


def move(cast, choice, step, *, reason="", actor=None, seen=None):
    known = seen or preview_steps(cast.cohort, choice=choice, step=step).seen
    told = {"reason": reason, "seen": known, "actor": actor or cast.staff, "now": NOW}
    return take_steps(cast.cohort, choice=choice, step=step, **told)


def stages(cast):
    query = select(Account.name, Fellowship.stage).join(Fellowship.account)
    return dict(db.session.execute(query.where(Fellowship.cohort_id == cast.cohort.id)).all())


def test_who_can_move_moves_and_the_others_are_told_why(cast, applicants):
    preview = preview_steps(cast.cohort, choice=everybody(cast), step=S.SHORTLISTED)
    assert [one.name for one in preview.ready] == ["Ada One", "Ben Two", "Cem Three"]
    assert {why: [one.name for one in some] for why, some in preview.refused.items()} == {
        "is active, and can go from there to: accepted, completed, withdrawn, deferred": [
            "Amara Okafor",
            "Kwame Boadu",
        ]
    }
    move(cast, everybody(cast), S.SHORTLISTED)
    names = {"Ada One", "Ben Two", "Cem Three"}
    assert {name for name, stage in stages(cast).items() if stage is S.SHORTLISTED} == names
    steps = db.session.execute(
        select(FellowshipStep.from_stage, FellowshipStep.to_stage, FellowshipStep.at, FellowshipStep.by_id)
    ).all()
    assert steps == [(S.APPLIED, S.SHORTLISTED, NOW, cast.staff.id)] * 3


def test_only_the_chosen_move_and_none_of_another_cohort(cast, applicants):
    foreign = make_fellowship(make_account(name="Else Where"), make_cohort(name="Winter 26"), stage=S.APPLIED)
    chosen = Choice(cast.cohort.id, TODAY, ids=frozenset({applicants[1].id, foreign.id}))
    move(cast, chosen, S.WAITLISTED)
    assert [name for name, stage in stages(cast).items() if stage is S.WAITLISTED] == ["Ben Two"]
    db.session.refresh(foreign)
    assert foreign.stage is S.APPLIED
    [event] = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.FELLOWSHIP_STEP)).all()
    assert (event.subject_kind, event.subject_id) == ("fellowship", applicants[1].id)
    assert (event.before, event.after) == ({"stage": "applied"}, {"stage": "waitlisted", "fellows": 1})


def test_each_of_many_has_the_step_in_their_own_record(cast, applicants):
    move(cast, everybody(cast), S.SHORTLISTED)
    events = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.FELLOWSHIP_STEP, actor_id=cast.staff.id))
    assert {(e.subject_kind, e.subject_id, e.before["stage"], *e.after.values()) for e in events} == {
        ("fellowship", one.id, "applied", "shortlisted", 3) for one in applicants
    }


def test_a_step_back_or_out_wants_a_reason(cast):
    for step in (S.WITHDRAWN, S.ACCEPTED):
        with pytest.raises(FellowError, match="wants a reason") as refused:
            move(cast, everybody(cast), step)
        assert refused.value.field == "reason"
    move(cast, everybody(cast, typed="amara"), S.WITHDRAWN, reason="Took a job.")
    assert stages(cast) == {"Amara Okafor": S.WITHDRAWN, "Kwame Boadu": S.ACTIVE}
    assert db.session.scalars(select(FellowshipStep.reason)).all() == ["Took a job."]


def test_what_somebody_else_moved_meanwhile_is_not_moved_unseen(cast, applicants):
    seen = preview_steps(cast.cohort, choice=everybody(cast), step=S.WAITLISTED).seen
    applicants[0].stage = S.SHORTLISTED
    db.session.flush()
    with pytest.raises(ConflictError, match="look at the new preview"):
        move(cast, everybody(cast), S.WAITLISTED, seen=seen)
    assert S.WAITLISTED not in stages(cast).values()


def test_an_archived_cohort_stays_as_it_is(cast, applicants):
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError, match="archived"):
        preview_steps(cast.cohort, choice=everybody(cast), step=S.SHORTLISTED)


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager", "analyst"])
def test_only_staff_move_fellows(cast, applicants, who):
    with pytest.raises(ForbiddenError):
        move(cast, everybody(cast), S.SHORTLISTED, actor=getattr(cast, who))


def test_a_policy_that_lets_mentors_move_fellows_would_be_seen(cast, applicants, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.FELLOWSHIP_CHANGE, dict.fromkeys(Role, every))
    move(cast, everybody(cast), S.SHORTLISTED, actor=cast.mentor)
    assert S.SHORTLISTED in stages(cast).values()


def test_thousands_cost_as_many_statements_as_one(cast, applicants, count_queries):
    one = everybody(cast, typed="ada")
    seen = preview_steps(cast.cohort, choice=one, step=S.SHORTLISTED).seen
    with count_queries() as few:
        move(cast, one, S.SHORTLISTED, seen=seen)
    first = applicants[0].account
    people = [
        {"email": f"{n}@many.example", "name": f"Many {n:04d}", "folded": f"many {n:04d}", "created_at": NOW}
        for n in range(3_000)
    ]
    db.session.execute(insert(Account), [{"time_zone": "UTC", "second_factors": 0, **one} for one in people])
    ids = db.session.scalars(select(Account.id).where(Account.email.endswith("@many.example"))).all()
    shared = {"cohort_id": cast.cohort.id, "track_id": applicants[0].track_id, "stage": S.APPLIED}
    days = {"starts_on": cast.cohort.starts_on, "ends_on": cast.cohort.ends_on}
    db.session.execute(insert(Fellowship), [{"account_id": id_, **shared, **days} for id_ in ids])
    many = everybody(cast, typed="many")
    seen = preview_steps(cast.cohort, choice=many, step=S.SHORTLISTED).seen
    with count_queries() as as_many:
        done = move(cast, many, S.SHORTLISTED, seen=seen)
    assert (len(done.ready), len(as_many)) == (3_000, len(few))
    assert first.name == "Ada One"


def test_who_is_moved_is_held_by_number_so_that_nobody_waits_in_a_circle(cast, applicants, count_queries):
    with count_queries() as statements:
        move(cast, everybody(cast), S.SHORTLISTED)
    held = [statement for statement in statements if "FOR UPDATE" in statement]
    assert len(held) == (db.engine.dialect.name == "postgresql")
    assert all("ORDER BY fellowship.id" in statement for statement in held)


def test_more_than_can_be_moved_at_once_are_not_begun_with(cast, applicants, monkeypatch):
    monkeypatch.setattr(services, "MOST", 2)
    with pytest.raises(FellowError, match="More than 2 are found"):
        preview_steps(cast.cohort, choice=everybody(cast), step=S.SHORTLISTED)


def preview_of(cast, **chosen):
    return f"/cohorts/{cast.cohort.id}/fellows/step?" + "&".join(f"{k}={v}" for k, v in chosen.items())


def test_staff_look_first_and_then_move(cast, applicants, client_of):
    browser = client_of(cast.staff)
    shown = browser.get(preview_of(cast, to="shortlisted", whom="all", who="ben"))
    assert "1 can be moved 1 from applied." in words(shown)
    assert stages(cast)["Ben Two"] is S.APPLIED
    action = f"/cohorts/{cast.cohort.id}/fellows/step"
    fields = filled(find_form(read(shown), action))
    done = browser.post(action, data=fields)
    assert (done.status_code, done.location) == (302, f"/cohorts/{cast.cohort.id}/fellows?stage=shortlisted")
    assert [name for name, stage in stages(cast).items() if stage is S.SHORTLISTED] == ["Ben Two"]
    again = browser.post(action, data=fields)
    assert (again.status_code, "Nothing was changed: look at the new preview" in words(again)) == (409, True)


def test_what_is_missing_is_said_beside_its_field(cast, applicants, client_of):
    browser = client_of(cast.staff)
    nobody = browser.get(preview_of(cast, to="shortlisted", whom="ticked"))
    assert (nobody.status_code, "Nobody is ticked." in words(nobody)) == (422, True)
    strange = browser.get(preview_of(cast, to="king", whom="all"))
    assert strange.status_code == 422
    shown = browser.get(preview_of(cast, to="withdrawn", whom="ticked", fellowship=cast.fellowship.id))
    action = f"/cohorts/{cast.cohort.id}/fellows/step"
    fields = filled(find_form(read(shown), action))
    without = browser.post(action, data=fields)
    assert without.status_code == 422
    assert "wants a reason" in read(without).select_one("#reason-error").get_text()
    done = browser.post(action, data={**fields, "reason": "Took a job."})
    assert done.location == f"/fellowships/{cast.fellowship.id}"


@pytest.mark.parametrize("number", ["99999999999999999999", "2147483648", "0", "-1", "x"])
def test_a_number_that_no_row_has_is_refused(cast, client_of, number):
    assert (
        client_of(cast.staff)
        .get(preview_of(cast, to="completed", whom="ticked", fellowship=number))
        .status_code
        == 422
    )
