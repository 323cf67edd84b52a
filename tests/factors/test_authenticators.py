"""Setting an authenticator up, its codes, and what they open."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from sqlalchemy import func, select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.extensions import db
from program.factors import services
from program.factors.models import Authenticator, RecoveryCode
from program.factors.services import begin_authenticator, take_code
from program.notices.models import Notice, NoticeKind
from program.people.services import reset_sign_in
from program.sign_in.models import SignInSession
from program.sign_in.queries import SignedIn
from tests.databases import other_app
from tests.factories import NOW, make_account, make_passkey
from tests.factors.conftest import SECURITY, SET_UP, code_of, later, looks_like_codes, set_up, weaken
from tests.pages import read, submit, words


def told(account):
    query = select(Notice.rung).filter_by(kind=NoticeKind.SECURITY, account_id=account.id).order_by(Notice.id)
    return db.session.scalars(query).all()


def ended(account):
    query = select(func.count()).where(
        SignInSession.account_id == account.id, SignInSession.ended_at.is_not(None)
    )
    return db.session.scalar(query)


def test_it_counts_once_a_code_of_it_was_typed(browser, account):
    submit(browser, SECURITY, f"{SET_UP}/begin")
    assert account.second_factors == 0
    page = read(browser.get(SET_UP))
    assert page.find("img", class_="qr")["src"].startswith("data:image/svg+xml")
    assert submit(browser, SET_UP, code="000000").status_code == 422
    assert (account.second_factors, take_code(account.id, code_of(account), now=NOW)) == (0, False)
    response = submit(browser, SET_UP, code=code_of(account))
    assert response.status_code == 200
    db.session.expire_all()
    assert account.second_factors == 1
    assert "set up" in words(browser.get(SECURITY))
    assert told(account) == ["authenticator_add"]


def test_ten_recovery_codes_are_shown_once_and_kept_hashed(browser, account, codes):
    assert looks_like_codes(codes) == [True] * 10
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(codes) & set(kept)
    assert all(code not in browser.get(SECURITY).get_data(as_text=True) for code in codes)


def test_the_secret_is_not_in_the_database_as_it_is(browser, account):
    submit(browser, SECURITY, f"{SET_UP}/begin")
    shown = read(browser.get(SET_UP)).find("code", class_="secret").get_text().replace(" ", "")
    kept = db.session.get(Authenticator, account.id).secret
    assert len(shown) == 32
    assert shown not in kept


def test_setting_up_signs_the_other_browsers_out_and_gives_this_one_a_new_token(account, client_of):
    here, elsewhere = client_of(account), client_of(account)
    with here.session_transaction() as cookie:
        before = cookie["sign_in"]
    set_up(here, account)
    with here.session_transaction() as cookie:
        assert cookie["sign_in"] != before
    assert [b.get("/account").status_code for b in (here, elsewhere)] == [200, 302]


def test_a_second_one_is_not_begun_beside_it(browser, account, codes):
    token = read(browser.get(SECURITY)).find("input", {"name": "csrf_token"})["value"]
    assert browser.post(f"{SET_UP}/begin", data={"csrf_token": token}).status_code == 409


def test_a_code_is_taken_once(account, codes):
    with later(30):
        code = code_of(account, at=NOW.timestamp() + 30)
        assert [take_code(account.id, code, now=NOW + timedelta(seconds=30)) for _ in range(2)] == [
            True,
            False,
        ]


def test_a_code_of_before_the_last_one_is_not_taken(account, codes):
    now = NOW + timedelta(seconds=60)
    newer, older = (code_of(account, at=NOW.timestamp() + s) for s in (60, 30))
    assert [take_code(account.id, code, now=now) for code in (newer, older)] == [True, False]


def test_the_check_above_sees_codes_that_are_not_used_up(account, codes, monkeypatch):
    monkeypatch.setattr(services, "matching_step", lambda *_code, **_when: 10**9 + next(steps))
    steps = iter(range(10))
    assert [take_code(account.id, "123456", now=NOW) for _ in range(2)] == [True, True]


def test_a_recovery_code_works_once_and_is_told(account, codes):
    typed = codes[3].upper().replace("-", " ")
    assert [take_code(account.id, typed, now=NOW) for _ in range(2)] == [True, False]
    assert told(account)[-1] == "code_use"


def test_a_recovery_code_of_somebody_else_is_worth_nothing(account, codes, client_of):
    other = make_account(name="Ben Other", roles=[Role.FELLOW])
    set_up(client_of(other), other)
    assert take_code(other.id, codes[0], now=NOW) is False


def test_new_recovery_codes_replace_those_of_before(browser, account, codes):
    response = submit(browser, SECURITY, f"{SECURITY}/codes")
    fresh = [code.get_text() for code in read(response).select(".codes code")]
    assert looks_like_codes(fresh) == [True] * 10
    assert [take_code(account.id, code, now=NOW) for code in (codes[0], fresh[0])] == [False, True]


def test_removed_it_opens_nothing_and_nothing_of_it_stays(browser, account, codes):
    assert submit(browser, SECURITY, f"{SET_UP}/remove").status_code == 302
    db.session.expire_all()
    assert (account.second_factors, db.session.get(Authenticator, account.id)) == (0, None)
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert told(account)[-1] == "authenticator_remove"


def test_of_twenty_who_type_one_code_at_once_one_is_let_on(backend, databases, tmp_path):
    with other_app(tmp_path, database_url=databases.migrated(backend)) as app, app.app_context():
        account = make_account(name="Ada Marsh")
        actor = SignedIn(account.id, "Ada", account.email, "UTC", frozenset(), 0, NOW, NOW)
        begin_authenticator(actor=actor, now=NOW)
        db.session.get(Authenticator, account.id).confirmed_at = NOW
        code, account_id, taken = code_of(account), account.id, []
        db.session.commit()

        def type_it():
            with app.app_context():
                taken.append(take_code(account_id, code, now=NOW))
                db.session.commit()

        threads = [Thread(target=type_it) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == [False] * 19 + [True]


def test_staff_and_administrators_count_as_such_once_they_show_one(cast, client_of):
    browser = client_of(cast.staff)
    weaken(cast.staff)
    for path in ("/staff", "/audit", "/people", "/admin/policy", "/"):
        assert (browser.get(path).status_code, browser.get(path).location) == (302, "/sign-in/again"), path
    page = browser.get("/sign-in/again")
    assert "Set up an authenticator" in words(page)
    assert [a.get_text() for a in read(page).select(".places a")] == []
    token = read(page).find("input", {"name": "csrf_token"})["value"]
    assert browser.post("/audit/export", data={"csrf_token": token}).status_code == 401
    set_up(browser, cast.staff)
    assert browser.get("/staff").status_code == 200


def test_the_check_above_sees_a_programme_that_does_not_ask(cast, app, client_of, monkeypatch):
    browser = client_of(cast.staff)
    weaken(cast.staff)
    lax = app.extensions["settings"].model_copy(update={"require_second_factor": False})
    monkeypatch.setitem(app.extensions, "settings", lax)
    assert browser.get("/staff").status_code == 200


def test_who_does_not_run_the_programme_needs_none(account, browser):
    weaken(account)
    assert browser.get("/fellow").status_code == 200


def test_after_a_mailed_link_a_code_opens_the_rest_and_leads_on(cast, client_of):
    browser = client_of(cast.staff)
    set_up(browser, cast.staff)
    weaken(cast.staff)
    assert browser.get("/people?who=ada").location == "/sign-in/again"
    with later(30):
        assert submit(browser, "/sign-in/again", code="000000").status_code == 422
        response = submit(browser, "/sign-in/again", code=code_of(cast.staff, at=NOW.timestamp() + 30))
        assert (response.status_code, response.location) == (302, "/people?who=ada")
        assert browser.get("/people").status_code == 200
    tags = db.session.scalars(select(AuditEvent.tag).filter_by(actor_id=cast.staff.id)).all()
    assert {Tag.PROOF, Tag.PROOF_REFUSE} <= set(tags)


@pytest.mark.parametrize("path", ["/account/passkeys", SET_UP, f"{SECURITY}/password"])
def test_a_mailbox_alone_changes_nothing_of_who_has_a_second_factor(account, browser, codes, path):
    """Else whoever reads the mail would make a passkey of their own and be strong by it."""
    assert browser.get(path).status_code in (200, 409)
    weaken(account)
    assert browser.get(path).location == "/sign-in/again"


def test_a_passkey_counts_as_a_second_factor_and_its_removal_takes_it_back(browser, account):
    passkey = make_passkey(account)
    account.second_factors = 1
    assert submit(browser, "/account/passkeys", f"/account/passkeys/{passkey.id}/remove").status_code == 302
    db.session.expire_all()
    assert account.second_factors == 0


def test_a_sensitive_step_long_after_the_sign_in_is_asked_for_again(account, browser, codes):
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert browser.get("/account/passkeys").location == "/sign-in/again"
        code = code_of(account, at=NOW.timestamp() + 660)
        assert submit(browser, "/sign-in/again", code=code).location == "/account/passkeys"
        assert browser.get("/account/passkeys").status_code == 200


def test_codes_are_tried_ten_times_in_a_quarter_of_an_hour(account, browser, codes):
    page = read(browser.get("/sign-in/again"))
    token = page.find("input", {"name": "csrf_token"})["value"]
    answers = [
        browser.post("/sign-in/again", data={"csrf_token": token, "code": f"{n:06}"}).status_code
        for n in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_staff_reset_how_somebody_signs_in_who_lost_their_devices(account, browser, codes, cast, client_of):
    make_passkey(account)
    account.second_factors = 2
    db.session.flush()
    assert (
        submit(
            client_of(cast.staff), f"/people/{account.id}", f"/people/{account.id}/reset-sign-in"
        ).status_code
        == 302
    )
    db.session.expire_all()
    assert account.second_factors == 0
    assert browser.get("/account").status_code == 302
    assert told(account)[-1] == "factors_reset"
    assert take_code(account.id, codes[0], now=NOW) is False


def test_resetting_twice_changes_nothing_more(account, codes, cast):
    for _ in range(2):
        reset_sign_in(account, actor=cast.staff, now=NOW)
    db.session.expire_all()
    assert account.second_factors == 0
    assert told(account).count("factors_reset") == 1
