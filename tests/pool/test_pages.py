"""The mentor pool as staff use it: looking for people, writing down what is known of them, days away."""

from datetime import date

import pytest
from sqlalchemy import func, select

from program.cohorts.models import Cohort
from program.extensions import db
from program.mentors.models import EngagementStage, Mentor, MentorAbsence
from program.organisations.models import OrganisationAlias
from tests.factories import make_absence, make_cohort, make_funnel, make_organisation, make_prospect
from tests.pages import read, submit, words

IDENTIFIED, CONTACTED, *_rest = EngagementStage


@pytest.fixture
def office(cast, client_of):
    return client_of(cast.staff)


def names(response):
    return [cell.get_text() for cell in read(response).select("tbody th")]


@pytest.fixture
def found(office):
    """Whom the pool shows for an address."""
    return lambda query: names(office.get(f"/mentors?{query}"))


def test_the_pool_is_listed_by_name_accents_and_case_aside(cast, found):
    for name in ("Émile Aubert", "zoe Adler", "Ödön Falk"):
        make_prospect(name=name)
    assert found("") == ["Desmond Oyelaran", "Émile Aubert", "Margit Vanders", "Ödön Falk", "zoe Adler"]


def test_mentors_are_found_by_any_part_of_a_name_and_a_pattern_is_only_text(cast, found):
    make_prospect(name="Émile Aubert")
    make_prospect(name="100% Real")
    assert found("who=EMILE") == found("who=mile+aub") == ["Émile Aubert"]
    assert found("who=%25") == ["100% Real"]
    assert found("who=_") == []


def test_mentors_are_found_by_any_name_of_their_organisation(cast, found):
    lab, old = make_organisation(name="Northlight Labs"), make_organisation(name="Northlight Research")
    db.session.add(OrganisationAlias(organisation_id=lab.id, name="NLL"))
    make_prospect(name="Ada Marsh", organisation=lab)
    make_prospect(name="Ben Marsh", organisation=old)
    assert found("organisation=nll") == ["Ada Marsh"]
    old.merged_into = lab
    assert (
        found("organisation=NLL") == found("organisation=northlight+research") == ["Ada Marsh", "Ben Marsh"]
    )


def test_mentors_are_found_by_where_they_stand(cast, found):
    winter = make_cohort(name="Winter 26")
    ada, ben = make_prospect(name="Ada Marsh"), make_prospect(name="Ben Marsh")
    here = make_funnel(ada, cast.cohort, IDENTIFIED, CONTACTED)
    make_funnel(ada, winter, track="Interpretability")
    make_funnel(ben, winter, IDENTIFIED, CONTACTED)
    here.owner = cast.staff
    summer, cold, me = f"cohort={cast.cohort.id}", f"cohort={winter.id}", f"owner={cast.staff.id}"
    assert found(f"{summer}&stage=contacted") == ["Ada Marsh"]
    assert found(f"{cold}&stage=contacted") == ["Ben Marsh"]
    assert found("stage=contacted") == ["Ada Marsh", "Ben Marsh"]
    assert found(f"{cold}&track=Governance") == ["Ben Marsh"]
    assert found(f"{me}&{cold}") == []
    assert found(me) == ["Ada Marsh"]


def test_a_search_that_makes_no_sense_is_told_and_kept(cast, office):
    answer = office.get("/mentors?organisation=Nowhere+Inc&who=Ada")
    assert answer.status_code == 422
    assert "There is no organisation with this name." in words(answer)
    assert read(answer).find(id="who")["value"] == "Ada"
    assert office.get("/mentors?stage=king").status_code == 422


def test_an_empty_pool_says_what_to_do(app, client_of, cast):
    db.session.execute(Mentor.__table__.update().values(folded="zzz"))
    assert "Nobody was found." in words(client_of(cast.staff).get("/mentors?who=abc"))


def test_a_mentor_is_added_changed_and_shown(cast, office):
    make_organisation(name="Northlight Labs")
    typed = {
        "name": "Petra Lindqvist",
        "email": "Petra@People.example",
        "organisation": "northlight  LABS",
        "links": "https://petra.example/work\n\nhttp://lab.example",
        "notes": "Prefers **mail**.",
    }
    answer = submit(office, "/mentors/new", **typed)
    mentor = db.session.scalars(select(Mentor).filter_by(email="petra@people.example")).one()
    assert answer.location == f"/mentors/{mentor.id}"
    page = office.get(answer.location)
    links = [(a["href"], a["rel"]) for a in read(page).main.find_all("a", href=True) if "://" in a["href"]]
    shut = ["noopener", "noreferrer", "nofollow"]
    assert links == [("https://petra.example/work", shut), ("http://lab.example", shut)]
    assert "Northlight Labs" in words(page)
    assert "Prefers mail ." in words(page)
    submit(office, f"/mentors/{mentor.id}/change", name="Petra Lindqvist-Bergström")
    db.session.expire_all()
    assert (mentor.name, mentor.organisation.name) == ("Petra Lindqvist-Bergström", "Northlight Labs")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "petra.example",
        "http://",
        "https://a b.example",
        "//a.example",
    ],
)
def test_only_the_address_of_a_page_is_a_link(cast, office, link):
    answer = submit(office, "/mentors/new", name="Petra Lindqvist", links=f"https://ok.example\n{link}")
    assert answer.status_code == 422
    assert "Not the address of a page" in words(answer)
    assert read(answer).find(id="name")["value"] == "Petra Lindqvist"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Please fill in “Name”."),
        ({"email": "petra at people"}, "This does not look like an e-mail address"),
        ({"email": "known@people.example"}, "Ada Marsh is in the pool with this address already."),
        ({"organisation": "Nowhere Inc"}, "There is no organisation with this name"),
    ],
)
def test_a_mentor_who_cannot_be_added_is_told_why(cast, office, typed, said):
    make_prospect(name="Ada Marsh", email="known@people.example")
    answer = submit(office, "/mentors/new", **{"name": "Petra Lindqvist", **typed})
    assert answer.status_code == 422
    assert said in words(answer)
    assert db.session.scalar(select(func.count()).select_from(Mentor)) == 3


def test_days_away_are_written_down_with_whose_mentor_they_are_then(cast, office):
    here = f"/mentors/{cast.mentorship.id}"
    days = {"starts_on": "2026-06-15", "ends_on": "2026-06-19"}
    assert submit(office, here, f"{here}/absences", **days, reason="Wedding").location == here
    absence = db.session.scalars(select(MentorAbsence)).one()
    text = words(office.get(here))
    assert "15 Jun 2026 19 Jun 2026 Wedding Amara Okafor" in text
    submit(office, here, f"/mentors/absences/{absence.id}/remove")
    assert "No days are known on which they are away." in words(office.get(here))


def test_days_after_the_fellowship_are_nobodys(cast, office):
    make_absence(cast.mentorship, starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 14))
    assert "1 Aug 2026 14 Aug 2026 nobody's" in words(office.get(f"/mentors/{cast.mentorship.id}"))


def test_days_that_end_before_they_begin_are_refused(cast, office):
    here = f"/mentors/{cast.mentorship.id}"
    answer = submit(office, here, f"{here}/absences", starts_on="2026-06-19", ends_on="2026-06-15")
    assert answer.status_code == 422
    assert "The last day is before the first." in words(answer)


def test_nobody_but_staff_opens_the_pool(cast, client_of):
    make_prospect(name="Petra Lindqvist")
    for who in ("fellow", "mentor", "manager", "analyst"):
        for address in ("/mentors", f"/mentors/{cast.mentorship.id}"):
            assert client_of(getattr(cast, who)).get(address).status_code == 404


def test_a_cohort_is_there_to_choose_however_many_began_after_it(cast, office):
    ada = make_prospect(name="Ada Marsh")
    make_funnel(ada, cast.cohort)
    names_ = [f"Later {number}" for number in range(31)]
    days = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 6, 1), "time_zone": "UTC"}
    db.session.add_all(Cohort(name=name, **days) for name in names_)
    db.session.flush()
    assert names(office.get(f"/mentors?cohort={cast.cohort.id}&stage=identified")) == ["Ada Marsh"]
    page = words(office.get(f"/mentors/{ada.id}"))
    assert all(name in page for name in names_)
