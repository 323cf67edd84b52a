"""The catalogue as staff keep it on its pages."""

import pytest
from sqlalchemy import select

from program.catalogue.queries import NEAREST
from program.extensions import db
from program.organisations.models import Organisation, OrganisationMerge, Sector
from program.releases.models import Release
from program.releases.services import claim_job, close_and_summarise, summarise
from tests.factories import (
    NOW,
    make_account,
    make_answers,
    make_mentor,
    make_merge,
    make_organisation,
    make_wave,
)
from tests.pages import filled, find_form, read, submit, words
from tests.scenarios import more_fellows
from tests.web.test_queries import MINUTE

NONE = "\u2013"


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.staff)


def names(response):
    return [row.get_text() for row in read(response).select("tbody th")]


def test_the_catalogue_is_listed_and_looked_for(cast, browser):
    make_organisation(name="Óslo Institute", sector=Sector.GOVERNMENT_INSTITUTE, aliases=["Polar"])
    make_organisation(name="Zenith")
    make_organisation(name="met in an import", sector=Sector.UNSORTED, provisional=True)
    make_merge(
        make_organisation(name="Zenit"),
        db.session.scalars(select(Organisation).filter_by(name="Zenith")).one(),
        staff=cast.staff,
    )
    assert names(browser.get("/organisations")) == ["met in an import", "Óslo Institute", "Zenith"]
    assert names(browser.get("/organisations?named=pol+oslo")) == ["Óslo Institute"]
    assert names(browser.get("/organisations?sector=government_institute")) == ["Óslo Institute"]
    assert names(browser.get("/organisations?sorting=to+sort")) == ["met in an import"]
    assert "1 name to sort" in words(browser.get("/organisations"))
    assert "Nothing was found" in words(browser.get("/organisations?named=nowhere"))


def test_an_entry_is_added_changed_and_called_by_other_names(cast, browser):
    assert submit(browser, "/organisations/new", name="Northlight").status_code == 422
    assert submit(browser, "/organisations/new", name="Northlight", sector="policy").status_code == 302
    entry = db.session.scalars(select(Organisation)).one()
    page = f"/organisations/{entry.id}"
    assert submit(browser, page, f"{page}/aliases", **{"alias-name": "Polar"}).status_code == 302
    refused = submit(browser, page, f"{page}/aliases", **{"alias-name": "POLAR"})
    assert refused.status_code == 422
    assert "That is an alias of “Northlight”." in words(refused)
    assert read(refused).find("input", {"name": "alias-name"})["value"] == "POLAR"
    assert submit(browser, page, name="Northlight Labs", sector="academia").status_code == 302
    db.session.expire_all()
    assert (entry.name, entry.sector) == ("Northlight Labs", Sector.ACADEMIA)
    assert submit(browser, page, f"{page}/aliases/{entry.aliases[0].id}/remove").status_code == 302
    assert "changed an organisation" in words(browser.get(page))


def test_a_name_from_an_import_is_accepted_or_merged_in_a_few_clicks(cast, browser):
    make_organisation(name="Northlight Labs")
    waits = make_organisation(name="Northligt Labs", sector=Sector.UNSORTED, provisional=True)
    make_mentor(make_account(name="Mo Mentor"), organisation=waits)
    [to_sort] = read(browser.get("/organisations")).select("a[href*='sorting=']")
    [merge] = read(browser.get(to_sort["href"])).select("td a[href$='/merge']")
    [preview] = read(browser.get(merge["href"])).select("ul.rows a")
    page = browser.get(preview["href"])
    assert [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in read(page).select("tbody tr")
    ] == [
        ["Northligt Labs", "to sort", NONE, "1"],
        ["Northlight Labs stays", "scaling lab", NONE, "0"],
    ]
    form = find_form(read(page), merge["href"])
    done = browser.post(merge["href"], data=filled(form), follow_redirects=True)
    assert "Mo Mentor as Northligt Labs" in words(done)
    found = db.session.scalars(select(OrganisationMerge)).one()
    assert submit(browser, done.request.path, f"/organisations/merges/{found.id}/undo").status_code == 302
    db.session.expire_all()
    assert (waits.merged_into_id, waits.provisional) == (None, True)
    assert submit(browser, f"/organisations/{waits.id}", name="Northligt", sector="policy").status_code == 302
    db.session.expire_all()
    assert (waits.name, waits.provisional) == ("Northligt", False)


def test_what_waits_itself_crowds_no_entry_out_of_those_that_are_offered(cast, browser):
    for number in range(NEAREST + 1):
        make_organisation(name=f"Oxford University {number}", sector=Sector.UNSORTED, provisional=True)
    make_organisation(name="University of Oxford")
    waits = db.session.scalars(select(Organisation).filter_by(name="Oxford University 0")).one()
    page = read(browser.get(f"/organisations/{waits.id}/merge"))
    assert [row.get_text() for row in page.select("ul.rows .row-title")] == ["University of Oxford"]


def release_of(wave, staff):
    close_and_summarise(wave, actor=staff, now=NOW)
    list(summarise(claim_job(lease=MINUTE, now=NOW), now=NOW))
    return db.session.scalars(select(Release).filter_by(wave_id=wave.id)).one().content


def ranked(content):
    """What the release says of the first measure and the last of the ranking, by organisation."""
    [question] = [q for q in content["questions"] if q["key"] == "organisations"]
    return [{row["label"]: row["text"] for row in m["units"][0]["rows"]} for m in question["measures"]]


def answered_by_twenty(cast, chosen):
    places = more_fellows(cast, 20)
    wave = make_wave(cast.cohort, staff=cast.staff)
    for place in places:
        make_answers(wave, place, organisations=chosen)
    return wave


def test_answers_count_for_what_an_organisation_was_merged_into_once_each(cast):
    kept, twin, _other = (make_organisation(name=name) for name in ("Kept", "Twin", "Other"))
    wave = answered_by_twenty(cast, [twin, kept])
    make_merge(twin, kept, staff=cast.staff)
    first, among = ranked(release_of(wave, cast.staff))
    assert first == among == {"Kept": "20", "Other": "<5"}


def test_without_the_merge_they_count_apart(cast):
    kept, twin = (make_organisation(name=name) for name in ("Kept", "Twin"))
    first, among = ranked(release_of(answered_by_twenty(cast, [twin, kept]), cast.staff))
    assert (first, among) == ({"Twin": "20", "Kept": "<5"}, {"Kept": "20", "Twin": "20"})


def test_a_preview_says_nothing_of_answers(cast, browser):
    """Two entries that a summary shows as "<5" would, merged for a moment, be counted together."""
    one, other, kept = (make_organisation(name=name) for name in ("One", "Other", "Kept"))
    places = more_fellows(cast, 20)
    wave = make_wave(cast.cohort, staff=cast.staff)
    for number, place in enumerate(places):
        make_answers(wave, place, organisations=[one if number < 3 else other if number < 6 else kept])
    release_of(wave, cast.staff)
    make_merge(one, other, staff=cast.staff)
    page = read(browser.get(f"/organisations/{other.id}/merge?into={kept.id}"))
    cells = [[cell.get_text() for cell in row.select("td")] for row in page.select("tbody tr")]
    assert cells == [["scaling lab", "One", "0"], ["scaling lab", NONE, "0"]]


def test_who_comes_back_to_a_survey_sees_what_their_answer_counts_as(cast, client_of):
    kept, twin = (make_organisation(name=name) for name in ("Kept", "Twin"))
    wave = make_wave(cast.cohort, staff=cast.staff)
    make_answers(wave, cast.fellowship, organisations=[twin])
    make_merge(twin, kept, staff=cast.staff)
    page = read(client_of(cast.fellow).get(f"/waves/{wave.id}/answer"))
    offered = page.find("select", {"name": "q-organisations-1"})
    assert [option.get_text() for option in offered.find_all("option")] == ["—", "Kept"]
    assert offered.find("option", selected=True)["value"] == str(kept.id)
