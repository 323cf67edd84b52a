"""Settings are read once, checked and typed; what is wrong is said in one line each."""

import stat

import pytest

from program.config import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FELLOWSHIP_{name.upper()}", raising=False)
    monkeypatch.setenv("FELLOWSHIP_INSTANCE", str(tmp_path / "instance"))


def test_nothing_need_be_set(tmp_path):
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'fellowship.sqlite'}"
    assert (settings.redis_url, settings.demo, settings.rate_limits, settings.secure) == (
        "",
        False,
        True,
        False,
    )


def test_secrets_are_made_once_kept_and_readable_by_their_owner_only(tmp_path):
    first, second = load_settings(), load_settings()
    assert (first.secret_key, first.survey_key) == (second.secret_key, second.survey_key)
    assert first.secret_key != first.survey_key
    for name in ("secret_key", "survey_key", "audit_key"):
        path = tmp_path / "instance" / name
        assert len(path.read_text()) >= 64
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_given_secrets_leave_nothing_on_disk(tmp_path):
    load_settings(secret_key="a" * 40, survey_key="b" * 40, audit_key="c" * 40)
    assert not (tmp_path / "instance").exists()


def test_the_environment_is_read_and_typed(monkeypatch):
    for name, value in {
        "SMTP_PORT": "2525",
        "DEMO": "False",
        "PUBLIC_URL": "https://a.example",
        "SESSION_DAYS": "3",
    }.items():
        monkeypatch.setenv(f"FELLOWSHIP_{name}", value)
    settings = load_settings()
    assert (settings.smtp_port, settings.demo, settings.secure, settings.session_days) == (
        2525,
        False,
        True,
        3,
    )


def test_what_looks_like_a_number_stays_text(monkeypatch):
    monkeypatch.setenv("FELLOWSHIP_SMTP_PASSWORD", "12345678")
    assert load_settings().smtp_password == "12345678"


def test_overrides_come_before_the_environment_and_that_before_the_file(monkeypatch, tmp_path):
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "settings.env").write_text(
        "FELLOWSHIP_SMTP_HOST=file\nFELLOWSHIP_SMTP_USER=file\nFELLOWSHIP_SMTP_PASSWORD=file\n"
    )
    monkeypatch.setenv("FELLOWSHIP_SMTP_HOST", "environment")
    monkeypatch.setenv("FELLOWSHIP_SMTP_USER", "environment")
    settings = load_settings(smtp_host="override")
    assert (settings.smtp_host, settings.smtp_user, settings.smtp_password) == (
        "override",
        "environment",
        "file",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_PORT", "0"),
        ("SMTP_PORT", "mail"),
        ("SMTP_SECURITY", "ssl"),
        ("PUBLIC_URL", "programme.example"),
        ("PUBLIC_URL", "ftp://programme.example"),
        ("MAIL_FROM", "nobody"),
        ("DEMO", "perhaps"),
        ("SESSION_DAYS", "400"),
        ("INVITATION_DAYS", "29"),
        ("LEASE_SECONDS", "1"),
        ("TICK_SECONDS", "61"),
        ("TRUSTED_PROXIES", "-1"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_value(monkeypatch, name, value):
    monkeypatch.setenv(f"FELLOWSHIP_{name}", value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    lines = str(error.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"FELLOWSHIP_{name}: ")


def test_every_wrong_setting_has_its_line(monkeypatch):
    monkeypatch.setenv("FELLOWSHIP_SMTP_PORT", "x")
    monkeypatch.setenv("FELLOWSHIP_DEMO", "x")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert {line.split(":")[0] for line in str(error.value).splitlines()} == {
        "FELLOWSHIP_SMTP_PORT",
        "FELLOWSHIP_DEMO",
    }


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    with pytest.raises(SettingsError, match=r"FELLOWSHIP_INSTANCE: .* cannot be written") as error:
        load_settings(instance=blocked / "instance")
    assert "\n" not in str(error.value)


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
