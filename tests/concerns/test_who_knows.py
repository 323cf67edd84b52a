"""Only whoever raised a concern and the staff it is put to know that it is there."""

import pytest
from sqlalchemy import select

from program.access import POLICY, Permission, Role, can, every
from program.accounts.models import AccountRole
from program.concerns.models import Concern, ConcernState
from program.concerns.queries import get_concern, list_nameable
from program.concerns.services import answer_concern, name_colleague, raise_concern, step_concern
from program.door import LOOKABLE
from program.errors import ConflictError, ForbiddenError, NotFoundError
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.obligations.queries import list_owed_by
from tests.factories import NOW, make_account, make_assignment, make_concern, make_mentor
from tests.pages import read, token_of, words

CAST = ("fellow", "other_fellow", "mentor", "other_mentor", "manager", "analyst", "staff")
PEOPLE = (*CAST, "colleague", "admin")
STEPS = ("acknowledge", "work", "close", "reopen", "messages", "staff")


@pytest.fixture
def people(cast, colleague):
    admin = make_account(name="Ines Adler", roles=[Role.ADMIN])
    return {who: getattr(cast, who) for who in CAST} | {"colleague": colleague, "admin": admin}


@pytest.fixture
def knowing(people, client_of):
    """Who is shown a concern's page and has it in their list; the same people, or it fails."""

    def ask(concern):
        pages, lists = set(), set()
        address = f"/concerns/{concern.id}"
        for who, account in people.items():
            browser = client_of(account)
            answer, listed = browser.get(address), browser.get("/concerns")
            assert answer.status_code in (200, 404), who
            pages |= {who} if answer.status_code == 200 else set()
            lists |= {who} if read(listed).find("a", href=address) else set()
        assert pages == lists
        return pages

    return ask


def raised_by(cast, who, *staff, **about):
    return make_concern(cast.fellowship, getattr(cast, who), *staff, **about)


@pytest.mark.parametrize("who", ["fellow", "manager", "mentor"])
def test_it_goes_past_everybody_but_whom_it_was_put_to(cast, colleague, knowing, who):
    assert knowing(raised_by(cast, who, cast.staff)) == {who, "staff"}


def test_all_who_were_chosen_know_of_it(cast, colleague, knowing):
    assert knowing(raised_by(cast, "mentor", cast.staff, colleague)) == {"mentor", "staff", "colleague"}


def test_a_policy_that_lets_everybody_in_is_caught(concern, knowing, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.CONCERN_READ, dict.fromkeys(Role, every))
    assert knowing(concern) == set(PEOPLE)


def test_no_step_is_anybody_elses_and_a_refusal_does_not_say_that_it_is_there(concern, people, client_of):
    for who in set(PEOPLE) - {"fellow", "staff"}:
        browser = client_of(people[who])
        token = {"csrf_token": token_of(browser, "/account")}
        for step in STEPS:
            answers = [browser.post(f"/concerns/{one}/{step}", data=token) for one in (concern.id, 999_999)]
            assert [answer.status_code for answer in answers] == [404, 404], (who, step)


def test_whoever_raised_it_takes_no_step_of_the_staffs(concern, cast, client_of):
    browser = client_of(cast.fellow)
    assert "Acknowledge" not in words(browser.get(f"/concerns/{concern.id}"))
    token = {"csrf_token": token_of(browser, "/account")}
    for step in ("acknowledge", "work", "close"):
        assert browser.post(f"/concerns/{concern.id}/{step}", data=token).status_code == 404
    with pytest.raises(ForbiddenError):
        step_concern(
            concern, step=ConcernState.ACKNOWLEDGED, text="", once="0" * 32, actor=cast.fellow, now=NOW
        )


@pytest.mark.parametrize("who", ["mentor", "manager", "colleague", "admin"])
def test_the_services_themselves_refuse_whoever_has_no_part_in_it(concern, people, who):
    told = {"actor": people[who], "now": NOW}
    steps = (
        lambda: answer_concern(concern, text="x", once="0" * 32, **told),
        lambda: step_concern(concern, step=ConcernState.ACKNOWLEDGED, text="", once="0" * 32, **told),
        lambda: name_colleague(concern, colleague=people["colleague"], **told),
    )
    for step in steps:
        with pytest.raises(ForbiddenError):
            step()


def agree(concern, people):
    """Whom the policy and the scoped queries both let read it; they say the same, or it fails."""
    db.session.commit()
    db.session.expire_all()
    people = {who: one for who, one in people.items() if one.can_sign_in}
    said = {who for who, one in people.items() if can(one, Permission.CONCERN_READ, concern, now=NOW)}
    found = set()
    for who, one in people.items():
        try:
            found |= {who} if get_concern(one, concern.id, Permission.CONCERN_READ) else set()
        except NotFoundError:
            continue
    owing = {who for who, one in people.items() if list_owed_concerns(one)}
    assert said == found
    assert owing == said - {"fellow"}
    return said


def list_owed_concerns(account):
    return [one for one in list_owed_by(account.id, now=NOW) if one.title.startswith("A concern")]


def leave(account, how):
    if how == "disabled":
        account.disabled_at = NOW
    else:
        account.held_roles = [held for held in account.held_roles if held.role is not Role.STAFF]
    db.session.commit()


@pytest.mark.parametrize("how", ["disabled", "no staff"])
def test_it_never_is_nobodys_but_goes_past_those_around_the_fellow_still(cast, concern, people, how):
    """The fellow's research manager, a former mentor and the fellow are of the staff, too."""
    former, coach = make_mentor(people["colleague"]), cast.manager
    people["third"] = make_account(name="Otto Brandt", roles=[Role.STAFF])
    make_assignment(cast.fellowship, former, ends_on=cast.cohort.starts_on)
    for account in (coach, cast.fellow):
        account.held_roles.append(AccountRole(role=Role.STAFF))
    assert agree(concern, people) == {"fellow", "staff"}
    leave(cast.staff, how)
    assert agree(concern, people) == {"fellow", "third"}


def test_who_takes_it_up_for_those_who_are_gone_has_it_from_then_on(cast, concern, people):
    """Though it was acknowledged before, it is owed again until then."""
    told = {"text": "", "once": "0" * 32, "now": NOW}
    step_concern(concern, step=ConcernState.ACKNOWLEDGED, actor=cast.staff, **told)
    assert list_owed_concerns(cast.staff) == []
    leave(cast.staff, "disabled")
    people["third"] = third = make_account(name="Otto Brandt", roles=[Role.STAFF])
    assert agree(concern, people) == {"fellow", "colleague", "third"}
    assert [one.title for one in list_owed_concerns(third)] == ["A concern that nobody has any more"]
    step_concern(concern, step=ConcernState.WORKED, actor=third, **told)
    db.session.commit()
    assert list_owed_concerns(third) == list_owed_concerns(people["colleague"]) == []
    assert {who for who, one in people.items() if can(one, Permission.CONCERN_READ, concern, now=NOW)} == {
        "fellow",
        "third",
    }


def test_nobody_acknowledges_what_they_raised_themselves(cast, colleague):
    """A former research manager, who is of the staff by now."""
    concern = raised_by(cast, "manager", cast.staff)
    cast.manager.held_roles.append(AccountRole(role=Role.STAFF))
    cast.fellowship.research_manager_id = None
    leave(cast.staff, "disabled")
    assert (len(list_owed_concerns(cast.manager)), len(list_owed_concerns(colleague))) == (0, 1)
    assert not can(cast.manager, Permission.CONCERN_WORK, concern, now=NOW)
    with pytest.raises(NotFoundError):
        get_concern(cast.manager, concern.id, Permission.CONCERN_WORK)
    assert get_concern(cast.manager, concern.id, Permission.CONCERN_READ) is concern


def test_a_role_that_waits_for_a_second_factor_opens_nothing(cast, concern):
    cast.staff.held_roles.append(AccountRole(role=Role.FELLOW))

    class Weak:
        id, roles = cast.staff.id, frozenset({Role.FELLOW})

    assert not can(Weak(), Permission.CONCERN_READ, concern, now=NOW)
    with pytest.raises(NotFoundError):
        get_concern(Weak(), concern.id, Permission.CONCERN_READ)


def test_either_side_names_one_more_and_nobody_around_the_fellow(cast, colleague, concern, people):
    cast.manager.held_roles.append(AccountRole(role=Role.STAFF))
    db.session.commit()
    assert [one.name for one in list_nameable(cast.fellowship, besides=[cast.staff.id])] == [colleague.name]
    for wrong in (cast.manager, cast.analyst, cast.fellow):
        with pytest.raises(ConflictError):
            name_colleague(concern, colleague=wrong, actor=cast.fellow, now=NOW)
        db.session.rollback()
    for _twice in range(2):
        name_colleague(concern, colleague=colleague, actor=cast.fellow, now=NOW)
    assert agree(concern, people) == {"fellow", "staff", "colleague"}


@pytest.mark.parametrize(
    ("who", "allowed"), [("fellow", True), ("manager", False), ("mentor", False), ("staff", False)]
)
def test_after_the_end_only_the_fellow_raises_one(cast, who, allowed):
    cast.fellowship.stage = FellowshipStage.COMPLETED
    helper = make_account(name="Otto Brandt", roles=[Role.STAFF])
    actor = getattr(cast, who)
    try:
        raise_concern(
            cast.fellowship, report=None, text="x", staff=[helper], once="1" * 32, actor=actor, now=NOW
        )
    except ForbiddenError:
        assert not allowed
    assert bool(db.session.scalars(select(Concern)).all()) is allowed


def test_who_looks_at_the_site_as_somebody_sees_none(cast, concern, report, client_of):
    assert not LOOKABLE & {one for one in Permission if one.startswith("concern:")}
    browser = client_of(cast.staff)
    token = {"csrf_token": token_of(browser, "/account")}
    browser.post(f"/people/{cast.fellow.id}/look-as", data=token)
    for address in ("/concerns", f"/concerns/{concern.id}", f"/reports/{report.id}/concern"):
        assert browser.get(address).status_code == 403
    for address in ("/fellow", "/reports", f"/reports/{report.id}"):
        assert "concern" not in browser.get(address).get_data(as_text=True).lower()
