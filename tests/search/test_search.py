"""One box finds people, mentors, organisations and projects, as far as the reader may see them."""

import pytest

from program import access
from program.access import Permission
from program.extensions import db
from program.names.models import Kind
from program.search.queries import search_names
from tests.factories import NOW, make_account, make_merge, make_organisation
from tests.pages import read, words


@pytest.fixture
def browser(cast, client_of):
    cast.fellowship.project = "Probing naïve models"
    make_organisation(name="Ångström Labs", aliases=["Kilo Institute"])
    return client_of(cast.staff)


def found(browser, query):
    page = read(browser.get(f"/search?{query}"))
    return {
        section.h2.get_text(): [title.get_text() for title in section.select(".row-title")]
        for section in page.select("main section")
    }


def test_the_box_is_on_every_page_of_staff_and_of_nobody_else(cast, browser, client_of):
    form = read(browser.get("/people")).select_one("header form[role=search]")
    assert (form["action"], form.input["name"]) == ("/search", "q")
    assert read(client_of(cast.fellow).get("/fellow")).select("form[role=search]") == []


def test_things_are_found_by_any_part_of_their_names_and_grouped(cast, browser):
    assert found(browser, "q=ang") == {"Organisations": ["Ångström Labs"]}
    assert found(browser, "q=margit") == {"People": ["Margit Vanders"], "Mentors": ["Margit Vanders"]}
    assert found(browser, "q=NAIVE+prob") == {"Projects": ["Probing naïve models"]}
    assert found(browser, "q=ilo") == {"Organisations": ["Ångström Labs"]}
    assert found(browser, "q=") == {}
    assert "Nothing goes by that name" in words(browser.get("/search?q=nobody+at+all"))
    assert browser.get("/search?q=a&kind=king").status_code == 422


def test_what_was_merged_says_into_what(cast, browser):
    twin = make_organisation(name="Angstrom Laboratories")
    make_merge(twin, make_organisation(name="Lab of Ångström"), staff=cast.staff)
    assert "merged into Lab of Ångström" in words(browser.get("/search?q=laboratories"))


def test_a_long_list_of_one_kind_goes_on_page_by_page(cast, browser):
    for number in range(40):
        make_account(name=f"Quentin {number:02d}")
    db.session.commit()
    assert len(found(browser, "q=quentin")["People"]) == 5
    [more] = read(browser.get("/search?q=quentin")).select("main section p a")
    first = read(browser.get(more["href"]))
    [after] = first.select("a[rel=next]")
    pages = [
        {title.get_text() for title in page.select(".row-title")}
        for page in (first, read(browser.get(after["href"])))
    ]
    assert [len(page) for page in pages] == [30, 10]
    assert pages[0] & pages[1] == set()


def test_a_kind_that_the_reader_may_not_read_is_not_looked_for(cast, browser, monkeypatch):
    db.session.commit()
    ask = {"typed": "a", "kind": None, "cursor": None, "now": NOW}
    assert set(search_names(cast.staff, **ask)) == set(Kind)
    assert set(search_names(cast.fellow, **ask)) == set()
    monkeypatch.setitem(access.POLICY, Permission.PERSON_READ, {access.Role.FELLOW: access.every})
    assert set(search_names(cast.fellow, **ask)) == {Kind.PERSON}
