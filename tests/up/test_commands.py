"""`fellowship demo` and `fellowship up` say in one line why they cannot start."""

import socket

import pytest
from click.testing import CliRunner

from program.up.commands import demo, up
from program.up.instance import only_launcher
from program.up.ports import HOST, free_port


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        yield server.getsockname()[1]


def error_line(command, *arguments):
    result = CliRunner().invoke(command, list(arguments))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.mark.parametrize("command", [demo, up])
def test_a_taken_port(command, taken, tmp_path):
    said = error_line(command, "--port", str(taken), "--instance", str(tmp_path))
    assert said == f"Error: Port {taken} is already taken. Choose another one with --port.\n"


@pytest.mark.parametrize("command", [demo, up])
def test_a_folder_that_is_a_file(command, tmp_path):
    (tmp_path / "instance").write_text("")
    said = error_line(command, "--port", str(free_port()), "--instance", str(tmp_path / "instance"))
    assert "cannot be written" in said


def test_a_second_start_in_the_same_folder(tmp_path):
    with only_launcher(tmp_path):
        assert "already runs in" in error_line(demo, "--port", str(free_port()), "--instance", str(tmp_path))


def test_a_wrong_setting_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("FELLOWSHIP_SMTP_PORT", "many")
    said = error_line(up, "--port", str(free_port()), "--instance", str(tmp_path))
    assert "FELLOWSHIP_SMTP_PORT" in said


def test_a_configured_redis_that_does_not_answer_is_named_without_its_password(monkeypatch, tmp_path):
    monkeypatch.setenv("FELLOWSHIP_REDIS_URL", f"redis://:secret@{HOST}:1/0")
    result = CliRunner().invoke(up, ["--port", str(free_port()), "--instance", str(tmp_path)])
    assert result.exit_code == 1
    assert f"Redis at {HOST}:1 cannot be used" in result.stderr
    assert "secret" not in result.output
