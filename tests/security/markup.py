"""What a browser would run or load of a page, told by a parser and not by its text."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

OWN = "http://127.0.0.1:8000"
FORBIDDEN = {"iframe", "object", "embed", "base", "applet", "frame", "frameset", "style", "portal"}
LOADING = {"src", "srcset", "data", "poster", "background", "manifest", "xlink:href", "cite"}
GOING = {"href", "action", "formaction", "ping"}
TO_READ = {"http", "https", "mailto"}
"""What a link that somebody typed may lead to."""
_IGNORED = re.compile(r"[\t\n\r]")


def seen_by_browser(address: str) -> str:
    """The address as browsers read it: white space gone, backslashes as slashes, and taken from our own site."""
    stripped = _IGNORED.sub("", address).strip("".join(map(chr, range(33))))
    head = stripped.split("?", 1)[0].split("#", 1)[0]
    return urljoin(f"{OWN}/here", head.replace("\\", "/"))


def leads_elsewhere(address: str) -> bool:
    """Whether a browser that is sent there leaves the site."""
    parts = urlsplit(seen_by_browser(address))
    return parts.scheme not in {"http", "https"} or f"{parts.scheme}://{parts.netloc}" not in {
        OWN,
        "http://localhost",
    }


class Watch(HTMLParser):
    """Collects what runs, and what is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag in FORBIDDEN or (tag == "script" and leads_elsewhere(values.get("src", "x:"))):
            self.found.append(f"<{tag}>")
        if tag == "meta" and ";" in values.get("content", "") and "http-equiv" in values:
            self.found.append("<meta refresh>")
        for name, value in values.items():
            self._look_at(tag, name, value)

    def _look_at(self, tag, name, value):
        if name.startswith("on") or name in {"style", "srcdoc"}:
            self.found.append(f"<{tag} {name}>")
        loads = name in LOADING or (tag in {"link", "image", "use"} and name == "href")
        if loads and not value.startswith("data:image/") and leads_elsewhere(value):
            self.found.append(f"<{tag} {name}={value[:30]}>")
        if name in GOING and urlsplit(seen_by_browser(value)).scheme not in TO_READ:
            self.found.append(f"<{tag} {name}={value[:30]}>")
        if name in {"action", "formaction"} and value and leads_elsewhere(value):
            self.found.append(f"<{tag} {name}={value[:30]}>")


def dangers(html: str) -> list[str]:
    """Whatever of the page would run, or be loaded from elsewhere, or send what is typed elsewhere."""
    watch = Watch()
    watch.feed(html)
    watch.close()
    return watch.found
