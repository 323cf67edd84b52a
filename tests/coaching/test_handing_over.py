"""Research managers: how many fellows each has, and that a hand-over keeps everything where the next one reads it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from program.access import POLICY, Permission, Role, every
from program.coaching.queries import list_loads
from program.coaching.services import hand_over
from program.cohorts.models import CohortState
from program.errors import ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage, Handover
from program.fellows.queries import list_managed
from program.fellows.services import FellowError
from tests.factories import NOW, make_account, make_cohort, make_fellowship, make_report
from tests.pages import read, submit, words
from tests.scenarios import more_fellows


@pytest.fixture
def successor(cast):
    return make_account(name="Ivo Brandt", roles=[Role.RESEARCH_MANAGER])


def handed(cast, client_of, to, **typed):
    address = f"/fellowships/{cast.fellowship.id}/hand-over"
    return submit(client_of(cast.staff), address, to=to.id, note="Reads slowly, writes well.", **typed)


def complaint(response, field):
    assert response.status_code == 422
    return read(response).select_one(f"#{field}-error").get_text()


def test_the_load_counts_who_is_in_somebody_s_care(cast, successor):
    more_fellows(cast, 2)
    gone = make_fellowship(make_account(name="Gone"), cast.cohort, manager=cast.manager)
    gone.stage = FellowshipStage.WITHDRAWN
    elsewhere, over = make_cohort(name="Winter 26"), make_cohort(name="Spring 25")
    make_fellowship(make_account(name="Else Where"), elsewhere, manager=cast.manager)
    make_fellowship(make_account(name="Long Ago"), over, manager=cast.manager)
    over.state = CohortState.CLOSED
    db.session.flush()
    loads = [(one.name, one.here, one.everywhere) for one in list_loads(cast.cohort.id)]
    assert loads == [("Helena Strand", 3, 4), ("Ivo Brandt", 0, 0)]


def test_the_next_one_reads_all_of_it_and_the_last_one_nothing_more(cast, client_of, successor):
    report = make_report(cast.fellowship, number=4)
    own = f"/fellowships/{cast.fellowship.id}"
    assert client_of(successor).get(own).status_code == 404
    assert handed(cast, client_of, successor).location == own
    page = words(client_of(successor).get(own))
    assert "Ivo Brandt becomes research manager, after Helena Strand" in page
    assert "Reads slowly, writes well." in page
    assert client_of(successor).get(f"/reports/{report.id}").status_code == 200
    assert client_of(cast.manager).get(own).status_code == 404
    assert list_managed(successor.id, now=NOW) == [cast.fellowship]
    [kept] = db.session.scalars(select(Handover)).all()
    assert (kept.from_id, kept.to_id, kept.by_id, kept.day) == (
        cast.manager.id,
        successor.id,
        cast.staff.id,
        NOW.date(),
    )


def test_all_of_somebody_s_fellows_go_at_once(cast, client_of, successor, count_queries):
    others = more_fellows(cast, 3)
    address = f"/cohorts/{cast.cohort.id}/research-managers"
    done = submit(client_of(cast.staff), address, whose=cast.manager.id, to=successor.id, note="All yours.")
    assert done.status_code == 302
    assert {f.id for f in list_managed(successor.id, now=NOW)} == {
        cast.fellowship.id,
        *(f.id for f in others),
    }
    assert db.session.scalars(select(Handover.note)).all() == ["All yours."] * 4
    without = submit(client_of(cast.staff), address, whose="0", to=cast.manager.id)
    assert without.status_code == 302
    assert list_managed(cast.manager.id, now=NOW) == [cast.other_fellowship]


@pytest.mark.parametrize("gone", ["disabled", "another role"])
def test_the_fellows_of_who_has_left_are_not_lost(cast, client_of, successor, gone):
    if gone == "disabled":
        cast.manager.disabled_at = NOW
    else:
        cast.manager.held_roles = []
    address = f"/cohorts/{cast.cohort.id}/research-managers"
    page = client_of(cast.staff).get(address)
    assert "Helena Strand is no research manager any more: hand their fellows over 1 1" in words(page)
    back = submit(client_of(cast.staff), address, whose=successor.id, to=cast.manager.id)
    assert "Not a valid choice" in complaint(back, "to")
    done = submit(client_of(cast.staff), address, whose=cast.manager.id, to=successor.id)
    assert done.status_code == 302
    assert [one.name for one in list_loads(cast.cohort.id)] == ["Ivo Brandt"]


def test_what_somebody_else_handed_over_meanwhile_is_read_anew(cast, successor):
    query = update(Fellowship).where(Fellowship.id == cast.fellowship.id)
    query = query.values(research_manager_id=successor.id)
    db.session.execute(query, execution_options={"synchronize_session": False})
    with pytest.raises(FellowError, match="coaches them already"):
        hand_over([cast.fellowship], cast.cohort, to=successor, note="", actor=cast.staff, now=NOW)


def test_the_day_of_a_hand_over_is_the_cohorts_own(cast, successor):
    late = NOW.replace(hour=23, minute=30)
    hand_over([cast.fellowship], cast.cohort, to=successor, note="", actor=cast.staff, now=late)
    assert db.session.scalars(select(Handover.day)).one() == NOW.date() + timedelta(days=1)


def test_what_cannot_be_is_said_beside_its_field(cast, client_of, successor):
    assert "Helena Strand coaches them already" in complaint(handed(cast, client_of, cast.manager), "to")
    assert "Not a valid choice" in complaint(handed(cast, client_of, cast.mentor), "to")
    address = f"/cohorts/{cast.cohort.id}/research-managers"
    unchosen = submit(client_of(cast.staff), address, address, whose=cast.manager.id)
    assert "Please choose a research manager" in complaint(unchosen, "to")
    nobody = submit(client_of(cast.staff), address, whose=successor.id, to=cast.manager.id)
    assert "Nobody is in their care" in complaint(nobody, "to")


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager"])
def test_only_staff_hand_over(cast, successor, who):
    with pytest.raises(ForbiddenError):
        hand_over([cast.fellowship], cast.cohort, to=successor, note="", actor=getattr(cast, who), now=NOW)


def test_a_policy_that_lets_managers_take_fellows_would_be_seen(cast, successor, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.FELLOWSHIP_CHANGE, dict.fromkeys(Role, every))
    hand_over([cast.fellowship], cast.cohort, to=successor, note="", actor=successor, now=NOW)
    assert list_managed(successor.id, now=NOW) == [cast.fellowship]


def test_an_archived_cohort_stays_as_it_is(cast, successor):
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError):
        hand_over([cast.fellowship], cast.cohort, to=successor, note="", actor=cast.staff, now=NOW)
