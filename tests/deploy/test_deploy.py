"""Each unsafe setting is refused by its name, with its cure; safe ones start."""

import pytest
from click.testing import CliRunner

from program.app import create_app
from program.cli import cli
from program.config import Settings, SettingsError, load_settings
from program.deploy import check_settings, is_in_production, refuse_unsafe

KEY = "a key that only tests of deploying have"
OTHER_KEYS = {"survey_key": KEY[::-1], "audit_key": KEY.swapcase()}
SAFE = {
    "database_url": "postgresql://db.programme.example/fellowship?sslmode=verify-full",
    "redis_url": "rediss://:secret@redis.programme.example/0",
    "public_url": "https://fellows.programme.example",
    "secret_key": KEY,
    **OTHER_KEYS,
    "smtp_host": "mail.programme.example",
    "smtp_security": "starttls",
    "mail_from": "fellowship@programme.example",
    "trusted_proxies": 1,
    "oidc_issuer": "https://issuer.example",
    "oidc_client_id": "fellowship",
    "oidc_client_secret": "a secret that only tests of deploying have",
}
UNSAFE = [
    ("public_url", {"public_url": "http://fellows.programme.example"}),
    ("public_url", {"public_url": "https://0.0.0.0"}),
    ("public_url", {"public_url": "https://*.programme.example"}),
    ("trusted_proxies", {"trusted_proxies": 0}),
    ("database_url", {"database_url": "sqlite:////srv/fellowship.sqlite"}),
    ("database_url", {"database_url": "postgresql://db.programme.example/fellowship"}),
    ("database_url", {"database_url": "postgresql://db.programme.example/fellowship?sslmode=require"}),
    ("database_url", {"database_url": "postgresql:///fellowship?host=db.programme.example"}),
    ("redis_url", {"redis_url": ""}),
    ("redis_url", {"redis_url": "redis://:secret@redis.programme.example/0"}),
    ("redis_url", {"redis_url": "rediss://:secret@redis.programme.example/0?ssl_cert_reqs=none"}),
    ("redis_url", {"redis_url": "rediss://redis.programme.example/0"}),
    ("oidc_client_secret", {"oidc_client_secret": ""}),
    ("oidc_client_secret", {"oidc_client_id": ""}),
    ("secret_key_fallbacks", {"secret_key_fallbacks": f"{KEY},short"}),
    ("survey_key", {"survey_key": KEY}),
    ("rate_limits", {"rate_limits": False}),
    ("metrics_token", {"metrics_token": "prometheus"}),
    ("demo", {"demo": True}),
    ("smtp_security", {"smtp_security": "none"}),
    ("mail_from", {"mail_from": "fellowship@example.org"}),
    ("oidc_issuer", {"oidc_issuer": "http://issuer.example"}),
    ("secret_key", {"secret_key": "short"}),
    ("survey_key", {"survey_key": "ab" * 30}),
    ("audit_key", {"audit_key": KEY[:31]}),
]


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """An instance folder of its owner's only, and no settings of this machine."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FELLOWSHIP_{name.upper()}", raising=False)
    made = tmp_path / "instance"
    made.mkdir(mode=0o700)
    monkeypatch.setenv("FELLOWSHIP_INSTANCE", str(made))
    return made


def named(settings):
    return [finding.setting for finding in check_settings(settings)]


def test_safe_settings_start():
    settings = load_settings(**SAFE)
    assert is_in_production(settings)
    assert refuse_unsafe(settings) is settings


@pytest.mark.parametrize(("name", "change"), UNSAFE)
def test_an_unsafe_setting_is_refused_by_its_name_with_its_cure(name, change):
    settings = Settings(**SAFE).model_copy(update=Settings(**SAFE | change).model_dump())
    [finding] = [one for one in check_settings(settings) if one.setting == name]
    assert str(finding).startswith(f"FELLOWSHIP_{name.upper()}: {finding.wrong}. ")
    assert finding.cure
    with pytest.raises(SettingsError, match=f"FELLOWSHIP_{name.upper()}: "):
        create_app(**SAFE | change)


@pytest.mark.parametrize(
    "change",
    [
        {"database_url": "postgresql:///fellowship?host=/run/postgresql"},
        {"database_url": "postgresql://127.0.0.1/fellowship", "redis_url": "redis://:secret@localhost/0"},
        {"redis_url": "rediss://:secret@redis.programme.example/0?ssl_cert_reqs=required"},
    ],
)
def test_connections_that_nobody_else_can_hear_start(change):
    assert named(load_settings(**SAFE | change)) == []


def test_keys_made_on_one_machine_are_refused_on_several():
    made = dict.fromkeys(("secret_key", "survey_key", "audit_key"), "")
    assert named(load_settings(**SAFE | made)) == ["secret_key", "survey_key", "audit_key"]


def test_keys_made_on_one_machine_are_good_for_one(folder):
    one = {"secret_key": "", "database_url": "", "redis_url": "redis://127.0.0.1/0"}
    assert named(load_settings(**SAFE | one)) == []


@pytest.mark.parametrize(("name", "mode"), [(".", 0o755), ("secret_key", 0o644), ("settings.env", 0o640)])
def test_what_others_on_the_machine_can_open_is_refused(folder, name, mode):
    path = folder / name
    if name != ".":
        path.touch()
    path.chmod(mode)
    assert named(load_settings(**SAFE)) == ["instance"]


def test_nothing_is_refused_where_only_this_machine_is_sent():
    settings = load_settings(public_url="http://127.0.0.1:8000", demo=True)
    assert refuse_unsafe(settings) is settings


def test_the_command_names_them_and_fails_or_says_that_all_is_well(monkeypatch):
    for name, value in SAFE.items():
        monkeypatch.setenv(f"FELLOWSHIP_{name.upper()}", str(value))
    result = CliRunner().invoke(cli, ["check-deploy"])
    assert (result.exit_code, result.output) == (0, "The settings are safe.\n")
    monkeypatch.setenv("FELLOWSHIP_DEMO", "true")
    result = CliRunner().invoke(cli, ["check-deploy"])
    assert result.exit_code == 1
    assert result.stdout == (
        "FELLOWSHIP_DEMO: everybody can read all mail. Leave it out, or set it to false.\n"
    )
    assert "Unsafe: 1." in result.stderr
