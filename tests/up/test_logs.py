"""Logs of the launcher's children stay small, and their last lines can be read."""

from program.up.logs import begin_log, last_lines, open_log, trim_log


def test_a_new_run_keeps_the_log_of_the_last(tmp_path):
    log = tmp_path / "log" / "web.log"
    begin_log(log)
    log.write_text("first run\n")
    begin_log(log)
    assert not log.exists()
    assert (tmp_path / "log" / "web.log.1").read_text() == "first run\n"


def test_a_long_log_is_put_aside_under_its_writer(tmp_path):
    log = tmp_path / "web.log"
    with open_log(log) as writer:
        writer.write(b"x" * 100)
        writer.flush()
        trim_log(log, limit=50)
        writer.write(b"after\n")
    assert log.read_bytes() == b"after\n"
    assert (tmp_path / "web.log.1").stat().st_size == 100


def test_last_lines_survive_odd_bytes_and_long_logs(tmp_path):
    log = tmp_path / "web.log"
    log.write_bytes(b"early\n" * 10_000 + b"l\xe4te\nlast\n")
    assert last_lines(log, count=2) == ["l\ufffdte", "last"]
    assert last_lines(tmp_path / "none.log") == []
