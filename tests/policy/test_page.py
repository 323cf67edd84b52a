"""The policy's page says what is enforced, whatever that is."""

from program.access import POLICY, Permission, Role, every
from program.policy.queries import list_policy
from program.policy.words import MEANING
from tests.pages import read, words

NOT = "\u2013"


def cells(page):
    """What the page says each role may do, by the meaning of the permission."""
    table = page.find("table")
    roles = [cell.get_text() for cell in table.thead.find_all("th")][1:]
    return {
        row.th.get_text(): dict(zip(roles, (cell.get_text() for cell in row.find_all("td")), strict=True))
        for row in table.tbody.find_all("tr")
    }


def test_every_permission_has_its_words():
    assert set(MEANING) == set(Permission)
    assert len(set(MEANING.values())) == len(Permission)


def test_the_page_prints_the_table(client_of, staff):
    said = cells(read(client_of(staff).get("/admin/policy")))
    assert set(said) == {MEANING[permission] for permission in POLICY}
    assert said["Read a submitted report with its answers"] == {
        "Fellow": "their own",
        "Mentor": "of fellows assigned to them today, while the fellowship goes on",
        "Research manager": "of fellows they are research manager of, while the fellowship goes on",
        "Staff": "any",
        "Analyst": NOT,
        "Admin": NOT,
    }


def test_a_changed_policy_changes_the_page(client_of, staff, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.REPORT_READ, {Role.ANALYST: every})
    said = cells(read(client_of(staff).get("/admin/policy")))
    assert said["Read a submitted report with its answers"]["Analyst"] == "any"
    assert said["Read a submitted report with its answers"]["Mentor"] == NOT


def test_every_route_stands_behind_its_permission(app):
    doors = {(door.address, door.method): line.permission for line in list_policy(app) for door in line.doors}
    assert doors["/reports/<int:report_id>", "read"] is Permission.REPORT_READ
    assert {address for address, _method in doors} == {rule.rule for rule in app.url_map.iter_rules()}


def test_it_says_what_holds_beside_the_table(client_of, staff, app, monkeypatch):
    text = words(client_of(staff).get("/admin/policy"))
    assert "Admin and staff count as such once they have shown a second factor" in text
    assert "of the last 10 minutes" in text
    lax = app.extensions["settings"].model_copy(update={"require_second_factor": False})
    monkeypatch.setitem(app.extensions, "settings", lax)
    assert "FELLOWSHIP_REQUIRE_SECOND_FACTOR is off" in words(client_of(staff).get("/admin/policy"))
