"""Redis is away and comes back: nothing is lost, and sending goes on soon; again and again."""

import pytest

from tests.faults.redis_away import run

pytestmark = [pytest.mark.live, pytest.mark.one_database]


def test_after_ten_ticks_without_redis_and_after_each_restart_mail_goes_out_again(
    backend, databases, tmp_path
):
    returned = run(databases.migrated(backend), tmp_path, tick=1, restarts=2, overhead=15)
    assert returned.is_good, returned
    assert (returned.outcome.notices, returned.deaf) == (70, 0), returned
