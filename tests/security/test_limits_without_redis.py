"""Limits hold over all processes together while Redis lives, and in each of them while it does not."""

import threading

import pytest

from tests.live import Live, wait_until
from tests.security.floods import AT_ONCE, FACTORY, KINDS, LINKS, PATIENCE, Site
from tests.servers import RunningRedis

pytestmark = pytest.mark.live

PLANTED = "tests.security.planted.no_fall_back"
ENDS = {"killed": ("kill", "start"), "hanging": ("freeze", "thaw")}
"""How Redis goes away and how it comes back."""
LONGEST_PAUSE = 90
"""Seconds after which a process has looked for Redis again."""


@pytest.fixture
def redis(tmp_path):
    server = RunningRedis(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def start(databases, tmp_path, redis):
    """Starts web servers on SQLite and on this Redis."""
    with Live.on(databases.migrated("sqlite"), folder=tmp_path, redis_url=redis.url) as live:
        yield lambda factory=FACTORY: Site(live, factory)


def lost_and_found(site, redis, kinds, end):
    """What is wrong while Redis lives, goes in the middle, is away, and is back; and how many tries that were."""
    go, come = (getattr(redis, name) for name in ENDS[end])
    first, whole = kinds[0], [(kind, kind.most + 2 * AT_ONCE) for kind in kinds]
    alive = [
        (site.flood(kind, "alive", site.person_for(kind), tries=tries), "together") for kind, tries in whole
    ]
    cut = site.flood(first, "cut", site.person_for(first), tries=first.most * 4, halfway=go)
    away = [(site.flood_until_refused(kind, "away", site.person_for(kind)), "each") for kind in kinds]
    come()
    wait_until(lambda: site.is_shared(redis.url), seconds=LONGEST_PAUSE, what="the processes count apart")
    back = [
        (site.flood(kind, "back", site.person_for(kind), tries=tries), "together") for kind, tries in whole
    ]
    floods = [*alive, *away, *back]
    found = [(f.kind.name, fault) for f, how in floods for fault in f.faults(**{how: f.kind.most})]
    found += [("cut", fault) for fault in cut.faults(most=first.most * 2)]
    tried = sum(sum(c.values()) for f in (cut, *(f for f, _ in floods)) for c in f.by_process.values())
    return found, tried


@pytest.mark.parametrize("end", ENDS)
def test_limits_hold_together_without_redis_apart_and_then_together_again(start, redis, tally, end):
    found, tried = lost_and_found(start(), redis, KINDS, end)
    assert found == []
    tally(f"tries against limits with a Redis that is {end}", tried)


@pytest.mark.parametrize(("factory", "fault"), [("failing", "answered 500"), ("unseeing", "each")])
def test_without_the_fall_back_it_shows(start, redis, factory, fault):
    site = start(f"{PLANTED}:{factory}()")
    who = site.person_for(LINKS)
    redis.kill()
    found = site.flood_until_refused(LINKS, "away", who).faults(each=LINKS.most)
    assert any(fault in one for one in found), found


def test_a_wait_for_a_redis_that_hangs_shows(start, redis):
    site = start(f"{PLANTED}:waiting()")
    who = site.person_for(LINKS)
    redis.freeze()
    timer = threading.Timer(PATIENCE + 3, redis.thaw)
    timer.start()
    found = site.flood(LINKS, "away", who, tries=4).faults()
    timer.join()
    assert any("waited" in one for one in found), found
