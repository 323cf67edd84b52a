"""Adding a fellow by hand, and changing what a place is about: each thing that is wrong is said beside its field."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.errors import ForbiddenStepError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship, FellowshipStage, FellowshipStep
from program.fellows.services import FellowError, place_fellow
from program.invitations.models import Invitation
from tests.factories import NOW, make_account, make_assignment, make_leave, track_of
from tests.pages import filled, find_form, read, submit, words

DAY = timedelta(days=1)
NEW = {"name": "Zoë Ålund", "email": "Zoe@new.example", "stage": "accepted"}


def added(cast, client_of, **typed):
    address = f"/cohorts/{cast.cohort.id}/fellows/add"
    return submit(client_of(cast.staff), address, **{**NEW, **typed})


def changed(cast, client_of, **typed):
    return submit(client_of(cast.staff), f"/fellowships/{cast.fellowship.id}/change", **typed)


def complaint(response, field):
    """What stands beside the field of a page that was refused, on which what was typed is kept."""
    assert response.status_code == 422
    return read(response).select_one(f"#{field}-error").get_text()


def place_of(name):
    return db.session.scalars(
        select(Fellowship).join(Fellowship.account).where(Account.name == name)
    ).one_or_none()


def test_somebody_new_gets_an_account_and_a_place(cast, client_of):
    tracks = [track_of(cast.cohort, name) for name in ("Governance", "Interpretability")]
    first, second = (track.id for track in tracks)
    typed = {"track": first, "second_track": second, "track_weight": "70", "manager": cast.manager.id}
    done = added(cast, client_of, **typed, project="Probes")
    place = place_of("Zoë Ålund")
    assert done.location == f"/fellowships/{place.id}"
    assert (place.account.email, place.account.can_sign_in) == ("zoe@new.example", False)
    assert (place.track_id, place.second_track_id, place.track_weight) == (first, second, 70)
    assert (place.stage, place.project) == (FellowshipStage.ACCEPTED, "Probes")
    assert (place.starts_on, place.ends_on) == (cast.cohort.starts_on, cast.cohort.ends_on)
    assert place.research_manager_id == cast.manager.id
    [step] = db.session.scalars(select(FellowshipStep)).all()
    assert (step.from_stage, step.to_stage, step.by_id) == (None, FellowshipStage.ACCEPTED, cast.staff.id)
    assert db.session.scalars(select(Invitation)).all() == []


def test_they_are_invited_if_staff_say_so(cast, client_of):
    added(cast, client_of, invite="y")
    [invitation] = db.session.scalars(select(Invitation)).all()
    assert (invitation.account.email, invitation.cohort_id) == ("zoe@new.example", cast.cohort.id)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"email": "zoe at new"}, "email", "This is no mail address."),
        ({"email": "kwame.boadu@people.example"}, "name", "The address below is Kwame Boadu's."),
        (
            {"email": "amara.okafor@people.example", "name": "amara Okafor"},
            "email",
            "has a place in the cohort already",
        ),
        ({"email": "margit.vanders@people.example"}, "email", "an account that is not a fellow's"),
        ({"name": " "}, "name", "Please fill in “Name”."),
        ({"starts_on": "2026-05-10"}, "starts_on", "The cohort runs from 11 May 2026 to 17 Jul 2026"),
        ({"ends_on": "2026-07-18"}, "ends_on", "The cohort runs from 11 May 2026 to 17 Jul 2026"),
        ({"starts_on": "2026-06-12", "ends_on": "2026-06-11"}, "ends_on", "before the first"),
        ({"ends_on": "31 June"}, "ends_on", "Not a valid date"),
        ({"second_track": "same"}, "second_track", "That is the first track already."),
        ({"second_track": "other"}, "track_weight", "Please say how many per cent"),
        ({"second_track": "other", "track_weight": "100"}, "track_weight", "from 1 to 99"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_done(cast, client_of, typed, field, said):
    tracks = {name: track_of(cast.cohort, name).id for name in ("Interpretability", "Governance")}
    if "second_track" in typed:
        second = tracks["Interpretability" if typed["second_track"] == "same" else "Governance"]
        typed = {**typed, "track": tracks["Interpretability"], "second_track": second}
    before = db.session.scalars(select(Account.id)).all()
    assert said in complaint(added(cast, client_of, **typed), field)
    assert place_of("Zoë Ålund") is None
    assert db.session.scalars(select(Account.id)).all() == before


def test_a_cohort_that_is_archived_takes_nobody(cast, client_of):
    browser, address = client_of(cast.staff), f"/cohorts/{cast.cohort.id}/fellows/add"
    fields = filled(find_form(read(browser.get(address)), address)) | NEW
    cast.cohort.state = CohortState.ARCHIVED
    refused = browser.post(address, data=fields)
    assert (refused.status_code, "archived" in words(refused)) == (409, True)


def test_the_pages_of_an_archived_cohort_offer_nothing_that_is_refused(cast, client_of):
    make_leave(cast.fellowship, date(2026, 7, 9))
    cast.cohort.state = CohortState.ARCHIVED
    browser, own, here = (
        client_of(cast.staff),
        f"/fellowships/{cast.fellowship.id}",
        f"/cohorts/{cast.cohort.id}",
    )
    search = f"{here}/fellows"
    for address in (
        own,
        f"{own}/mentors",
        f"{own}/leaves",
        f"{own}/extend",
        search,
        f"{here}/research-managers",
    ):
        page = read(browser.get(address)).main
        offered = {form["action"].partition("?")[0] for form in page.find_all("form")}
        assert offered <= {search, f"{search}/export"}, address
        links = {link["href"] for link in page.select("a[href^='/']")}
        assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    for form in (f"{own}/change", f"{own}/hand-over", f"{search}/add"):
        assert "archived and only there to be read" in words(browser.get(form))


def test_a_place_changes_its_project_tracks_and_days(cast, client_of):
    governance = track_of(cast.cohort, "Governance").id
    typed = {"project": "Evals", "second_track": governance, "track_weight": "50", "ends_on": "2026-07-03"}
    assert changed(cast, client_of, **typed).status_code == 302
    db.session.refresh(cast.fellowship)
    place = cast.fellowship
    assert (place.project, place.folded, place.second_track_id) == ("Evals", "evals", governance)
    assert (place.track_weight, place.ends_on) == (50, date(2026, 7, 3))
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.FELLOWSHIP_CHANGE)).one()
    assert event.before["days"] == ["2026-05-11", "2026-07-17"]
    assert (event.after["days"], event.after["project"]) == (["2026-05-11", "2026-07-03"], "changed")
    assert changed(cast, client_of, second_track="", track_weight="50").status_code == 302
    db.session.refresh(cast.fellowship)
    assert (place.second_track_id, place.track_weight) == (None, 100)


def test_days_that_would_leave_something_outside_are_refused(cast, client_of):
    leave = make_leave(cast.fellowship, date(2026, 7, 9), date(2026, 7, 10))
    assert "A leave would lie outside" in complaint(changed(cast, client_of, ends_on="2026-07-09"), "ends_on")
    [own] = cast.fellowship.assignments
    own.ends_on = date(2026, 5, 17)
    said = complaint(changed(cast, client_of, starts_on="2026-05-18"), "ends_on")
    assert "Margit Vanders is their mentor from 11 May 2026 to 17 May 2026" in said
    assert spans(cast.fellowship) == [(date(2026, 5, 11), date(2026, 5, 17))]
    own.starts_on, own.ends_on = date(2026, 6, 8), None
    db.session.delete(leave)
    said = complaint(changed(cast, client_of, ends_on="2026-06-05"), "ends_on")
    assert "Margit Vanders is their mentor from 8 Jun 2026 on" in said, (
        "it has begun: it is not made never to have been"
    )
    assert spans(cast.fellowship) == [(date(2026, 6, 8), None)]


def test_mentors_times_are_cut_to_the_days_and_what_would_never_begin_goes(cast, client_of):
    [own] = cast.fellowship.assignments
    own.ends_on = date(2026, 7, 5)
    make_assignment(cast.fellowship, cast.other_mentorship, starts_on=date(2026, 7, 6))
    assert changed(cast, client_of, starts_on="2026-05-18", ends_on="2026-07-03").status_code == 302
    assert spans(cast.fellowship) == [(date(2026, 5, 18), date(2026, 7, 3))]
    events = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ASSIGNMENT_END)).all()
    assert [event.after.get("to") for event in events] == ["2026-07-03", None]


def spans(place):
    query = select(Assignment).filter_by(fellowship_id=place.id).order_by(Assignment.starts_on)
    return [(one.starts_on, one.ends_on) for one in db.session.scalars(query)]


def test_the_service_refuses_too(cast):
    told = {"stage": FellowshipStage.APPLIED, "reason": "", "actor": cast.staff, "now": NOW}
    days = cast.cohort.starts_on, cast.cohort.ends_on
    place = {"track_id": cast.fellowship.track_id}
    with pytest.raises(FellowError, match="has a place"):
        place_fellow(cast.fellow, cast.cohort, days=days, place=place, **told)
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError):
        place_fellow(make_account(name="New"), cast.cohort, days=days, place=place, **told)
