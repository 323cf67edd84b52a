"""However many write at once, the chain is one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from program.audit.models import Tag
from program.audit.services import record
from program.audit.verification import verify_chain
from program.cli import cli
from program.extensions import db
from tests.factories import NOW, make_account

pytestmark = pytest.mark.live
THREADS, EACH = 8, 50


def test_eight_who_write_fifty_events_each_at_once_make_one_chain(live):
    with live.app.app_context():
        who = make_account().id
        db.session.commit()
    barrier = Barrier(THREADS)

    def write(_number):
        with live.app.app_context():
            barrier.wait(10)
            for number in range(EACH):
                record(Tag.SIGN_IN, actor_id=who, subject=("account", who), now=NOW, after={"n": number})
                db.session.commit()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))
    with live.app.app_context():
        walk = verify_chain()
        assert (walk.sound, walk.sequence) == (THREADS * EACH + 1, THREADS * EACH + 1)


def test_the_command_says_that_all_is_well_and_what_is_not(live, monkeypatch):
    for name, value in live.environment.items():
        monkeypatch.setenv(name, value)
    runner = live.app.test_cli_runner()
    with live.app.app_context():
        make_account()
        db.session.commit()
    well = runner.invoke(cli, ["audit", "verify"])
    said = well.output.splitlines()[0]
    assert (well.exit_code, said) == (0, "1 events, each as it was written; the last is event 1.")
    with live.app.app_context():
        db.session.execute(db.text("UPDATE audit_event SET subject_id = 7"))
        db.session.commit()
    broken = runner.invoke(cli, ["audit", "verify"])
    assert (broken.exit_code, broken.output) == (1, "Error: Event 1 was edited or put in.\n")
