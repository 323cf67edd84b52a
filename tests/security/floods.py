"""Floods of tries against real web processes: what was answered, by which process, and after how long."""

import itertools
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import redis
import requests
from bs4 import BeautifulSoup

from program import limits
from program.access import Role
from program.extensions import db
from program.limits import Limit
from program.up.ports import HOST, free_port
from tests.factories import make_account
from tests.live import Live, wait_until
from tests.pages import signed_in

PROCESSES = 2
AT_ONCE = 4
PATIENCE = 20.0
"""Seconds that no process is busy with one try: to check a password takes eight on the busiest machine seen."""
LOGGED = "%({x-try}i)s %(p)s %(s)s %(L)s"
LINE = re.compile(r"^(\S+) <(\d+)> (\d+) ([\d.]+)$", re.MULTILINE)
FACTORY = "program.app:create_app()"


@dataclass(frozen=True, eq=False)
class Kind:
    """Something that is tried: where, with what, how an accepted try is answered, and the limit that it meets."""

    name: str
    address: str
    limit: Limit
    accepted: int
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def most(self) -> int:
        """How many are accepted."""
        return int(self.limit.rate.partition(" ")[0])


LINKS = Kind("links", "/sign-in", limits.LINKS_BY_ADDRESS, 302)
PASSWORDS = Kind(
    "passwords",
    "/sign-in/password",
    limits.PASSWORDS_BY_ADDRESS,
    422,
    {"password": "a long wrong guess", "code": "000000"},
)
EXPORTS = Kind("exports", "/account/data", limits.DATA_EXPORTS, 200)
KINDS = (LINKS, PASSWORDS, EXPORTS)


@dataclass(frozen=True)
class Person:
    """Somebody at a browser: whom they call themselves, their cookie, and the token of their pages."""

    email: str
    cookies: dict[str, str]
    token: str


@dataclass(frozen=True)
class Flood:
    """What became of many tries of one kind."""

    kind: Kind
    by_process: dict[str, Counter[int]]
    slowest: float

    @property
    def statuses(self) -> set[int]:
        """The different answers."""
        return {status for counted in self.by_process.values() for status in counted}

    @property
    def accepted(self) -> dict[str, int]:
        """How many tries each process accepted."""
        return {process: counted[self.kind.accepted] for process, counted in self.by_process.items()}

    def faults(self, *, together: int = 0, each: int = 0, most: int = 0) -> list[str]:
        """What is wrong if both processes are to accept so many together, or each so many, or at most so many."""
        found = [f"answered {status}" for status in self.statuses - {self.kind.accepted, 429}]
        if self.slowest > PATIENCE:
            found.append(f"waited {self.slowest:.1f} s")
        if len(self.by_process) != PROCESSES:
            found.append("tried on one process only")
        if together and sum(self.accepted.values()) != together:
            found.append(f"accepted {self.accepted}, not {together} together")
        if each and set(self.accepted.values()) != {each}:
            found.append(f"accepted {self.accepted}, not {each} each")
        if most and max(self.accepted.values(), default=0) > most:
            found.append(f"accepted {self.accepted}, more than {most} each")
        return found

    @property
    def refused_by_all(self) -> bool:
        """Whether each process has refused one."""
        return len(self.by_process) == PROCESSES and all(c[429] for c in self.by_process.values())


class Site:
    """A web server of two processes, and people who come to it from a new network address each time."""

    def __init__(self, live: Live, factory: str = FACTORY) -> None:
        self.live, self.port, self.numbers = live, free_port(), itertools.count(1)
        self.sent: Counter[str] = Counter()
        live.set(trusted_proxies=1)
        bound = ("--bind", f"{HOST}:{self.port}", "--workers", str(PROCESSES), "--preload")
        logged = ("--access-logfile", "-", "--access-logformat", LOGGED, "--no-control-socket")
        live.start("web", "gunicorn", factory, *bound, *logged)
        wait_until(self._answers, seconds=60, what="the web server does not answer")

    def person_for(self, kind: Kind) -> Person:
        """Somebody whose tries of this kind have not been counted yet."""
        name = f"ada-{next(self.numbers)}"
        line = self._signed_in(name) if kind is EXPORTS else requests.Session()
        with line:
            page = line.get(self._url("/account" if kind is EXPORTS else kind.address), timeout=30).text
            field = BeautifulSoup(page, "html.parser").find("input", {"name": "csrf_token"})
            return Person(f"{name}@people.example", line.cookies.get_dict(), field["value"])

    def _signed_in(self, name: str) -> requests.Session:
        app, line = self.live.app, requests.Session()
        with app.app_context():
            browser = signed_in(app, make_account(name=name, roles=[Role.FELLOW]))
            db.session.commit()
            db.session.remove()
        cookie = app.config["SESSION_COOKIE_NAME"]
        line.cookies.set(cookie, browser.get_cookie(cookie).value, domain=HOST, path="/")
        return line

    def is_shared(self, redis_url: str) -> bool:
        """Whether both processes count in Redis just now."""
        who = self.person_for(LINKS)
        flood = self.flood(LINKS, who.email, who, tries=AT_ONCE * 2)
        with redis.Redis.from_url(redis_url) as client:
            counted = sum(int(client.get(key) or 0) for key in client.scan_iter(f"*{who.email}*"))
        return len(flood.by_process) == PROCESSES and counted == AT_ONCE * 2

    def flood(
        self,
        kind: Kind,
        label: str,
        who: Person,
        *,
        tries: int,
        halfway: Callable[[], None] = lambda: None,
    ) -> Flood:
        """Try so often, a few at once; something may happen in the middle."""
        middle = tries // 2
        self.sent[f"{label}-{kind.name}"] += tries
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waiting = [pool.submit(self._try, kind, label, who) for _ in range(middle)]
            halfway()
            waiting += [pool.submit(self._try, kind, label, who) for _ in range(tries - middle)]
        for done in waiting:
            done.result()
        return self._told(kind, label)

    def flood_until_refused(self, kind: Kind, label: str, who: Person) -> Flood:
        """Try until both processes have refused, or for far longer than a limit allows."""
        for _ in range(kind.most * 2):
            flood = self.flood(kind, label, who, tries=AT_ONCE * 2)
            if flood.refused_by_all or not flood.statuses <= {kind.accepted, 429}:
                break
        return flood

    def _try(self, kind: Kind, label: str, who: Person) -> None:
        number = next(self.numbers)
        head = {"X-Forwarded-For": f"198.51.{number // 250}.{number % 250}", "X-Try": f"{label}-{kind.name}"}
        requests.post(
            self._url(kind.address),
            data={"csrf_token": who.token, **kind.fields, "email": who.email},
            cookies=who.cookies,
            headers=head,
            allow_redirects=False,
            timeout=60,
        ).close()

    def _told(self, kind: Kind, label: str) -> Flood:
        """What the processes have logged of it: each does so after it has answered."""
        name = f"{label}-{kind.name}"
        wait_until(lambda: len(self._logged(name)) == self.sent[name], seconds=30, what="a try is not logged")
        by_process: dict[str, Counter[int]] = {}
        for process, status, _seconds in self._logged(name):
            by_process.setdefault(process, Counter())[int(status)] += 1
        return Flood(kind, by_process, max(float(seconds) for *_rest, seconds in self._logged(name)))

    def _logged(self, name: str) -> list[tuple[str, ...]]:
        return [found[1:] for found in LINE.findall(self.live.said("web")) if found[0] == name]

    def _answers(self) -> bool:
        try:
            return requests.get(self._url("/health/live"), timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def _url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"
