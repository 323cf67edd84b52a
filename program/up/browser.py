"""A person at a browser without scripts: follows links, fills forms as they are, and reads what comes back."""

from typing import Self
from urllib.parse import urljoin

import click
import requests
from bs4 import BeautifulSoup, Tag

PATIENCE = 10.0  # seconds for one page


class CheckFailedError(click.ClickException):
    """Something did not go as it does for people; the text says what."""


class Browser:
    """One browser, with its own cookies and the page that is open in it."""

    def __init__(self, address: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy knows nothing of this machine's own ports
        self.address = address
        self.page = BeautifulSoup("", "html.parser")
        self.url = address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @property
    def text(self) -> str:
        """Return the words on the page."""
        return " ".join(self.page.get_text(" ").split())

    def open(self, url: str) -> None:
        """Open a page. Raises CheckFailedError unless it comes."""
        self._fetch("GET", urljoin(self.url, url))

    def find_link(self, *, within: str = "", label: str = "") -> str | None:
        """Return where a link leads whose row or label contains these words, the first of them."""
        for link in self.page.select("main a[href]"):
            row = link.find_parent("li") or link.find_parent("article") or link
            if within in row.get_text(" ") and label in link.get_text(" "):
                return str(link["href"])
        return None

    def follow(self, *, within: str = "", label: str = "") -> None:
        """Follow such a link. Raises CheckFailedError when the page has none."""
        href = self.find_link(within=within, label=label)
        if href is None:
            raise CheckFailedError(f"{self.url} has no link “{within or label}”")
        self.open(href)

    def first_row(self) -> str:
        """Return the title of the first row of a list. Raises CheckFailedError when it is empty."""
        title = self.page.select_one("main li .row-title")
        if title is None:
            raise CheckFailedError(f"{self.url} lists nothing")
        return title.get_text(strip=True)

    def text_fields(self) -> list[str]:
        """Return the names of the text areas that can be typed into."""
        return [str(area["name"]) for area in self.page.select("main form textarea[name]")]

    def press(self, label: str, **typed: str) -> None:
        """Press the button with this label; its form goes with all it holds, and with what was typed."""
        button = self._find_button(label)
        form = button.find_parent("form")
        if form is None:
            raise CheckFailedError(f"the button “{label}” on {self.url} is in no form")
        action = urljoin(self.url, str(button.get("formaction") or form.get("action") or self.url))
        self._fetch("POST", action, {**_held(form), **typed})

    def expect(self, words: str) -> None:
        """Raise CheckFailedError unless the page says so."""
        if words not in self.text:
            raise CheckFailedError(f"{self.url} does not say “{words}” but: {self.text[:300]}")

    def _find_button(self, label: str) -> Tag:
        for button in self.page.select("main form button"):
            if button.get_text(" ", strip=True) == label:
                return button
        raise CheckFailedError(f"{self.url} has no button “{label}”")

    def _fetch(self, method: str, url: str, data: dict[str, str] | None = None) -> None:
        try:
            response = self._session.request(method, url, data=data, timeout=PATIENCE)
        except requests.RequestException as error:
            raise CheckFailedError(f"{url} did not answer: {error}") from error
        self.url, self.page = response.url, BeautifulSoup(response.content, "html.parser")
        if not response.ok:
            raise CheckFailedError(f"{self.url} answered {response.status_code}: {self.text[:300]}")


def _held(form: Tag) -> dict[str, str]:
    """Return what the form holds before anything is typed: hidden fields, and text that was kept."""
    hidden = {
        str(one["name"]): str(one.get("value") or "") for one in form.select("input[type=hidden][name]")
    }
    kept = {str(area["name"]): area.get_text().removeprefix("\n") for area in form.select("textarea[name]")}
    return hidden | kept
