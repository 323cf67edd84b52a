"""People at their browsers: who they are, how they sign in, and what their browser complains of."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect
from sqlalchemy import select

from program import clock
from program.accounts.models import Account
from program.demo.people import ANALYST, FELLOWS, MENTORS, RESEARCH_MANAGERS, STAFF
from program.extensions import db
from program.sign_in.services import mint_sign_in_link
from tests.browser.launch import Programme

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PATIENCE = 20.0
EVERYBODY = {person.name: person for person in (*STAFF, ANALYST, *RESEARCH_MANAGERS, *MENTORS, *FELLOWS)}


def address_of(name: str) -> str:
    """The mail address of somebody in the demo."""
    return EVERYBODY[name].email


@dataclass
class Complaints:
    """What a window's pages said on the console, and where they sent requests; `status` is the last page's."""

    home: str
    said: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    status: int = 0

    def forget(self) -> None:
        self.said.clear()
        self.strangers.clear()

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        """A page that is meant to answer 4xx is an error to the console too: that is not one of ours."""
        own_status = message.text.startswith("Failed to load resource") and self.status >= 400
        if message.type in ("error", "warning") and not own_status:
            self.said.append(message.text)

    def _on_request(self, request: Request) -> None:
        if f"{urlsplit(request.url).scheme}://{urlsplit(request.url).netloc}" != self.home:
            self.strangers.append(request.url)

    def _on_response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.status = response.status


class Door:
    """Opens browsers in which somebody, or nobody, is signed in; all are closed at the end."""

    def __init__(self, chromium: Browser, programme: Programme) -> None:
        self.chromium, self.programme = chromium, programme

    @contextmanager
    def open(self, name: str = "", **options: object) -> Iterator[Page]:
        """A new window, 1280 pixels wide unless told; everybody signs in once and is known from then on."""
        known = self._known(name) if name else None
        given = {"base_url": self.programme.address, "viewport": DESK, "storage_state": known, **options}
        context = self.chromium.new_context(**given)
        context.set_default_timeout(1_000 * PATIENCE)
        try:
            yield context.new_page()
        finally:
            for page in context.pages:  # closing a page that still loads can hang
                page.wait_for_load_state()
            context.close()

    def _known(self, name: str) -> object:
        if name not in self.programme.sign_ins:
            with self.open() as page:
                page.goto(link_for(self.programme, name))
                page.get_by_role("button", name="Sign in").click()
                expect(page.get_by_role("button", name="Sign out")).to_be_visible()
                self.programme.sign_ins[name] = page.context.storage_state()
        return self.programme.sign_ins[name]


def sign_in(page: Page, email: str) -> None:
    """As a person does: type the address, read the mail, follow its link, press the button."""
    page.goto("/sign-in")
    page.get_by_label("address").fill(email)
    page.get_by_role("button", name="Mail me a link").click()
    read_mail(page, to=email, subject="Your link to sign in")
    page.locator("main a[href*='/sign-in/']").click()
    page.get_by_role("button", name="Sign in").click()


def read_mail(page: Page, *, to: str, subject: str | re.Pattern[str]) -> None:
    """Load the mail page until the newest such mail is there, and open it."""
    letter = page.locator("li.row").filter(has_text=subject).get_by_role("link", name="Read")
    deadline = time.monotonic() + PATIENCE
    page.goto(f"/demo/mail?to={to}")
    while not letter.count():
        assert time.monotonic() < deadline, f"no mail “{subject}” to {to}"
        time.sleep(0.1)
        page.reload()
    letter.first.click()


def link_for(programme: Programme, name: str) -> str:
    """A sign-in link for an account of this name, as an administrator prints it."""
    with programme.inside():
        account = db.session.scalars(select(Account).filter_by(name=name)).one()
        link = mint_sign_in_link(account, now=clock.now())
        db.session.commit()
        return link
