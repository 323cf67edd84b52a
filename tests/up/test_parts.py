"""What the parts are given: every setting said, and nothing of a real programme in a demo."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from program.config import load_settings
from program.up import parts
from program.up.choices import demo_settings, instance_folder, up_settings

REAL = {
    "FELLOWSHIP_DATABASE_URL": "postgresql://real.example/fellowship",
    "FELLOWSHIP_SMTP_HOST": "mail.real.example",
    "FELLOWSHIP_SMTP_USER": "real",
    "FELLOWSHIP_SMTP_PASSWORD": "secret",
    "FELLOWSHIP_SMTP_SECURITY": "tls",
    "FELLOWSHIP_PUBLIC_URL": "https://fellows.real.example",
    "FELLOWSHIP_DEMO": "true",
}


@pytest.fixture
def real(monkeypatch):
    """The environment of a machine that runs a real programme."""
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def unset(monkeypatch):
    for name in [name for name in os.environ if name.startswith(parts.PREFIX)]:
        monkeypatch.delenv(name)


def test_a_demo_takes_nothing_from_a_real_programme(real, tmp_path):
    settings = demo_settings(tmp_path, port=8123, redis_url="redis://127.0.0.1:1/0")
    given = parts.environment(settings)
    assert given["FELLOWSHIP_DATABASE_URL"] == f"sqlite:///{tmp_path / 'demo.sqlite'}"
    assert given["FELLOWSHIP_PUBLIC_URL"] == "http://127.0.0.1:8123/"
    assert given["FELLOWSHIP_DEMO"] == "True"
    assert not [name for name, value in given.items() if name.startswith(parts.PREFIX) and "real" in value]


def test_a_real_programme_keeps_its_settings_and_shows_no_mail(real, tmp_path):
    settings = up_settings(tmp_path, port=8123, redis_url="redis://127.0.0.1:1/0")
    given = parts.environment(settings)
    assert given["FELLOWSHIP_DATABASE_URL"] == REAL["FELLOWSHIP_DATABASE_URL"]
    assert given["FELLOWSHIP_PUBLIC_URL"] == "https://fellows.real.example/"
    assert given["FELLOWSHIP_SMTP_PASSWORD"] == "secret"
    assert given["FELLOWSHIP_DEMO"] == "False"


def test_links_of_a_real_programme_go_to_this_machine_unless_told(unset, tmp_path):
    settings = up_settings(tmp_path, port=8123, redis_url="")
    assert str(settings.public_url) == "http://127.0.0.1:8123/"
    assert settings.database_url == f"sqlite:///{tmp_path / 'fellowship.sqlite'}"


def test_a_child_reads_exactly_the_settings_it_is_given(unset, tmp_path):
    settings = demo_settings(tmp_path, port=8123, redis_url="redis://127.0.0.1:1/0")
    script = "from program.config import load_settings; print(load_settings().model_dump_json())"
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=parts.environment(settings),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert told.stdout.strip() == settings.model_dump_json()


def test_the_folder_asked_for_wins_and_nothing_is_made_in_it(monkeypatch, tmp_path):
    monkeypatch.setenv("FELLOWSHIP_INSTANCE", str(tmp_path / "configured"))
    assert instance_folder(None) == tmp_path / "configured"
    assert instance_folder(Path(tmp_path / "given")) == tmp_path / "given"
    assert list(tmp_path.iterdir()) == []


def test_only_the_mail_server_is_a_foundation(tmp_path):
    settings = load_settings(instance=tmp_path)
    made = [
        parts.web(settings, port=8123),
        parts.worker(settings),
        parts.beat(settings),
        parts.smtp(settings),
    ]
    assert [part.name for part in made if part.foundation] == ["smtp"]
    assert all(part.command[0] == sys.executable and part.folder == tmp_path for part in made)
