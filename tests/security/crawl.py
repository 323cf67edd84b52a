"""Reading all that one can come to: the addresses of the matrix, and whatever the pages lead to."""

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BOUND = 480
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')


def crawl(browser: FlaskClient, addresses: Iterable[str]) -> Iterator[tuple[str, TestResponse]]:
    """Each address and each that a page links to, once; at most BOUND pages."""
    waiting, seen = list(dict.fromkeys(addresses)), set()
    while waiting and len(seen) < BOUND:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        response = browser.get(address)
        yield address, response
        if response.mimetype == "text/html":
            waiting.extend(_links(address, response))


def _links(address: str, response: TestResponse) -> list[str]:
    """The addresses of our own that a page, or a redirect, leads to."""
    found = [html.unescape(link) for link in LINK.findall(response.get_data(as_text=True))]
    found += [response.location] if response.location else []
    inside = [urlsplit(urljoin(address, link)) for link in found]
    return [f"{to.path}?{to.query}".rstrip("?") for to in inside if not to.netloc and to.path != "/sign-out"]
