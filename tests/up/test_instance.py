"""The instance folder and the port: what is wrong with them is said in one line."""

import os
import socket
import subprocess

import pytest

from program.up.instance import (
    InstanceError,
    begin_anew,
    check_writable,
    for_its_owner_only,
    only_launcher,
)
from program.up.ports import HOST, PortTakenError, answers, check_port, free_port


def test_a_folder_is_made(tmp_path):
    check_writable(tmp_path / "new" / "instance")
    assert list((tmp_path / "new" / "instance").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_one_clear_line(tmp_path):
    (tmp_path / "instance").write_text("")
    with pytest.raises(InstanceError, match=r"cannot be written.*--instance") as caught:
        check_writable(tmp_path / "instance")
    assert "\n" not in caught.value.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; the test above holds for root too")
def test_a_folder_without_permission_is_one_clear_line(tmp_path):
    (tmp_path / "instance").mkdir(mode=0o500)
    with pytest.raises(InstanceError, match="Permission denied"):
        check_writable(tmp_path / "instance")


def test_one_launcher_has_the_folder(tmp_path):
    with only_launcher(tmp_path), pytest.raises(InstanceError, match=f"Process {os.getpid()} already runs"):
        only_launcher(tmp_path).__enter__()
    with only_launcher(tmp_path):
        assert (tmp_path / "up.lock").read_text() == str(os.getpid())


def test_beginning_anew_removes_only_what_is_known_by_name(tmp_path):
    for name in (
        "demo.sqlite",
        "demo.sqlite-wal",
        "fellowship.sqlite",
        "secret_key",
        "settings.env",
        "notes.txt",
    ):
        (tmp_path / name).write_text("x")
    (tmp_path / "mail" / "new").mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1").write_text("a mail")
    begin_anew(tmp_path)
    kept = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert kept == ["fellowship.sqlite", "mail", "notes.txt", "secret_key", "settings.env"]


def test_a_taken_port_is_one_clear_line():
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        port = server.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"^Port {port} is already taken.*--port"):
            check_port(port)
        assert answers(port)


def test_a_free_port_is_free():
    port = free_port()
    check_port(port)
    assert not answers(port)


def test_what_is_made_is_for_its_owner_only_and_so_is_what_children_make(tmp_path):
    with for_its_owner_only():
        check_writable(tmp_path / "made")
        subprocess.run(["touch", tmp_path / "made" / "file"], check=True)
    (tmp_path / "later").touch()
    modes = [(tmp_path / name).stat().st_mode & 0o077 for name in ("made", "made/file", "later")]
    assert modes[:2] == [0, 0]
    assert modes[2] != 0, "and afterwards all is as before"
