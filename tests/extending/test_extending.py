"""Extending a fellowship: longer in its cohort, or a new place of the same person in another one."""

from datetime import date

import pytest
from sqlalchemy import select

from program.access import POLICY, Permission, Role, every
from program.cohorts.models import CohortState
from program.cohorts.services import add_phase
from program.errors import ForbiddenError, ForbiddenStepError
from program.extending.services import extend_into_cohort, extend_into_phase
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.fellows.services import FellowError
from program.obligations.queries import list_owed_by
from tests.factories import NOW, make_cohort, make_report, track_of
from tests.pages import read, submit, words

ENDS = date(2026, 7, 17)


@pytest.fixture
def short(cast):
    """The fellow stays until mid June; the cohort's second phase goes on until its end."""
    cast.fellowship.ends_on = date(2026, 6, 10)
    db.session.flush()
    return cast.cohort.phases[0]


@pytest.fixture
def winter(cast):
    return make_cohort(name="Winter 26", starts_on=date(2026, 10, 5), ends_on=date(2026, 12, 18))


def extended(cast, client_of, to, **typed):
    return submit(client_of(cast.staff), f"/fellowships/{cast.fellowship.id}/extend", to=to, **typed)


def complaint(response, field="to"):
    assert response.status_code == 422
    return read(response).select_one(f"#{field}-error").get_text()


def test_in_a_later_phase_the_fellowship_lasts_longer_and_owes_more(cast, client_of, short):
    for number in range(1, 5):
        make_report(cast.fellowship, number=number)
    assert list_owed_by(cast.fellow.id, now=NOW) == []
    done = extended(cast, client_of, f"phase-{short.id}", reason="Strong results.")
    assert done.location == f"/fellowships/{cast.fellowship.id}"
    db.session.refresh(cast.fellowship)
    assert cast.fellowship.ends_on == ENDS
    assert [o.about for o in list_owed_by(cast.fellow.id, now=NOW)] == ["report for week 5"]
    assert "Extended" in words(client_of(cast.fellow).get(done.location))
    assert "Strong results." not in words(client_of(cast.fellow).get(done.location))


def test_it_never_lasts_longer_than_its_cohort(cast, short):
    late = add_phase(cast.cohort, name="Extension", starts_on=date(2026, 7, 6), ends_on=date(2026, 9, 4))
    extend_into_phase(cast.fellowship, late, reason="", actor=cast.staff, now=NOW)
    assert cast.fellowship.ends_on == cast.cohort.ends_on


def test_in_another_cohort_it_is_a_new_place_and_each_leads_to_the_other(cast, client_of, winter):
    cast.fellowship.project = "Probes"
    office, ask = client_of(cast.staff), f"/fellowships/{cast.fellowship.id}/extend"
    done = submit(office, ask, to=f"cohort-{winter.id}")
    told = read(office.get(done.location)).find(class_="flashes").get_text()
    assert "Amara Okafor goes on in Winter 26 until 18 Dec 2026." in told
    places = db.session.scalars(
        select(Fellowship).filter_by(account_id=cast.fellow.id).order_by(Fellowship.id)
    ).all()
    old, new = places
    assert done.location == f"/fellowships/{new.id}"
    assert (new.stage, new.project, new.track.name) == (
        FellowshipStage.ACCEPTED,
        "Probes",
        "Interpretability",
    )
    assert (new.starts_on, new.ends_on) == (winter.starts_on, winter.ends_on)
    assert new.research_manager_id == cast.manager.id
    browser = client_of(cast.fellow)
    for here, there, name in ((old, new, "Winter 26"), (new, old, "Summer 26")):
        link = read(browser.get(f"/fellowships/{here.id}")).find("a", href=f"/fellowships/{there.id}")
        assert link.get_text() == f"A place in {name}"


def test_two_tracks_go_along_with_their_weight_by_their_names(cast, winter):
    cast.fellowship.second_track, cast.fellowship.track_weight = track_of(cast.cohort, "Governance"), 70
    for track in winter.tracks:
        track.name = track.name.upper()
    place = extend_into_cohort(cast.fellowship, winter, reason="", actor=cast.staff, now=NOW)
    named = (place.track.name, place.second_track.name, place.track_weight)
    assert named == ("INTERPRETABILITY", "GOVERNANCE", 70)


def test_nobody_goes_on_in_an_archived_cohort_or_in_a_phase_of_another(cast, short, winter):
    told = {"reason": "", "actor": cast.staff, "now": NOW}
    with pytest.raises(FellowError, match="Choose a later phase"):
        extend_into_phase(cast.fellowship, winter.phases[0], **told)
    for cohort in (winter, cast.cohort):
        cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError, match="archived"):
        extend_into_cohort(cast.fellowship, winter, **told)
    with pytest.raises(ForbiddenStepError, match="archived"):
        extend_into_phase(cast.fellowship, short, **told)


def test_it_goes_on_with_the_day_after(cast, short):
    long = make_cohort(name="Long 26", starts_on=date(2026, 5, 4), ends_on=date(2026, 12, 18))
    place = extend_into_cohort(cast.fellowship, long, reason="", actor=cast.staff, now=NOW)
    assert (cast.fellowship.ends_on, place.starts_on) == (date(2026, 6, 10), date(2026, 6, 11))


@pytest.mark.parametrize("to", ["phase-0", "cohort-0", "king", ""])
def test_what_is_not_offered_is_refused(cast, client_of, winter, to):
    assert "Not a valid choice" in complaint(extended(cast, client_of, to))


def test_what_cannot_be_is_said_beside_its_field(cast, client_of, winter):
    elsewhere = make_cohort(
        name="Policy 26", starts_on=date(2026, 10, 5), ends_on=date(2026, 12, 18), tracks=["Policy"]
    )
    said = complaint(extended(cast, client_of, f"cohort-{elsewhere.id}"))
    assert said.strip() == "Policy 26 has no track called Interpretability. Add it there first."
    cast.fellowship.stage = FellowshipStage.WITHDRAWN
    assert "Amara Okafor is withdrawn" in complaint(extended(cast, client_of, f"cohort-{winter.id}"))


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager"])
def test_only_staff_extend(cast, short, winter, who):
    told = {"reason": "", "actor": getattr(cast, who), "now": NOW}
    with pytest.raises(ForbiddenError):
        extend_into_phase(cast.fellowship, short, **told)
    with pytest.raises(ForbiddenError):
        extend_into_cohort(cast.fellowship, winter, **told)


def test_a_policy_that_lets_fellows_extend_themselves_would_be_seen(cast, short, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.FELLOWSHIP_CHANGE, dict.fromkeys(Role, every))
    extend_into_phase(cast.fellowship, short, reason="", actor=cast.fellow, now=NOW)
    assert cast.fellowship.ends_on == ENDS
