"""A new signing key signs nobody out and breaks no link; without the old one, what it signed is worth nothing."""

import stat
from datetime import timedelta

import pyotp
import pytest
from click.testing import CliRunner

from program.cli import cli
from program.config import Settings, SettingsError, load_settings, rotate_secret_key
from program.extensions import db
from program.factors.services import take_code
from program.sign_in.services import link_url, make_link
from program.sign_in.tokens import hash_token, issued_token, link_token
from tests.factories import make_account
from tests.factors.conftest import secret_of, set_up
from tests.pages import submit

HALF = timedelta(seconds=30)
OLD, NEW = "the key that signed before it" * 2, "the key that signs from now on" * 2


@pytest.fixture
def rotated(monkeypatch):
    """Change the key of an application under its feet, as a new start would."""

    def rotate(app, *, fallbacks):
        settings = app.extensions["settings"]
        changed = settings.model_copy(update={"secret_key": NEW, "secret_key_fallbacks": fallbacks})
        monkeypatch.setitem(app.extensions, "settings", changed)
        monkeypatch.setitem(app.config, "SECRET_KEY", NEW)
        monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", changed.fallback_keys)

    return rotate


def test_who_is_signed_in_stays_so_until_the_old_key_is_dropped(app, cast, client_of, rotated):
    used, left_alone = client_of(cast.fellow), client_of(cast.fellow)
    rotated(app, fallbacks=f"{app.config['SECRET_KEY']}, {OLD}")
    assert used.get("/account").status_code == 200
    rotated(app, fallbacks="")
    assert left_alone.get("/account").status_code == 302


def test_a_link_of_before_is_mailed_right_and_works(app, client, rotated, now):
    link = make_link(make_account(), now=now)
    before = link_url(link)
    rotated(app, fallbacks=app.config["SECRET_KEY"])
    assert link_url(link) == before
    address = before.removeprefix("http://127.0.0.1:8000")
    assert submit(client, address, address).status_code == 302


def test_an_authenticator_that_was_used_needs_the_old_key_no_more(app, client_of, rotated, now):
    account = make_account(name="Ada Marsh")
    set_up(client_of(account), account)
    device = pyotp.TOTP(secret_of(account, key=app.config["SECRET_KEY"]))
    rotated(app, fallbacks=app.config["SECRET_KEY"])
    assert take_code(account.id, device.at(now + HALF), now=now + HALF)
    rotated(app, fallbacks="")
    db.session.expire_all()
    assert take_code(account.id, device.at(now + 2 * HALF), now=now + 2 * HALF)


def test_without_the_old_key_the_link_is_another():
    stored = hash_token(link_token("nonce", OLD))
    assert issued_token(link_token, "nonce", stored, keys=[NEW, OLD]) == link_token("nonce", OLD)
    assert issued_token(link_token, "nonce", stored, keys=[NEW]) == link_token("nonce", NEW)
    assert issued_token(link_token, "nonce", None, keys=[NEW, OLD]) == link_token("nonce", NEW)


def test_the_command_keeps_the_keys_of_before_and_lets_nobody_else_read_them(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FELLOWSHIP_{name.upper()}", raising=False)
    monkeypatch.setenv("FELLOWSHIP_INSTANCE", str(tmp_path))
    first = load_settings()
    for _ in range(2):
        assert CliRunner().invoke(cli, ["rotate-key"]).exit_code == 0
    last = load_settings()
    assert last.secret_key != first.secret_key
    assert (len(last.fallback_keys), last.fallback_keys[1]) == (2, first.secret_key)
    for name in ("secret_key", "secret_key_fallbacks"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert last.survey_key == first.survey_key


def test_a_key_of_the_environment_is_changed_there(tmp_path):
    with pytest.raises(SettingsError, match="FELLOWSHIP_SECRET_KEY_FALLBACKS"):
        rotate_secret_key(load_settings(instance=tmp_path, secret_key=OLD))
