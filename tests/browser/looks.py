"""What can be said of a page without reading it: axe's findings, its width, and how it looks."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.visits import DESK, PHONE

AXE = Axe().axe_script
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
RUN = "([seen, options]) => axe.run(seen, options).then(result => result.violations)"
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
SEEN = {"exclude": [["main tbody > tr:nth-child(n+13)"], [".rows > li:nth-child(n+13)"]]}
"""The rows of a list are drawn by one macro: a dozen of them stand for all, and long pages stay quick."""
LOOKS: tuple[tuple[dict[str, int], str, dict[str, Any]], ...] = (
    (PHONE, "light", {}),
    (PHONE, "dark", CONTRAST),
    (DESK, "light", CONTRAST),
    (DESK, "dark", {}),
)
"""Both widths in both schemes. Only colours differ between schemes, so the other rules run once for each width."""


def faults(page: Page, name: str, *, shots: Path | None = None) -> list[str]:
    """Everything wrong with the page that is shown, in every look; pictures of them if there is a folder."""
    page.evaluate(AXE)
    found: list[str] = []
    for size, scheme, options in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        look = f"{size['width']} {scheme}"
        found += [f"{look}: {fault}" for fault in _violations(page, options)]
        if (excess := page.evaluate(SIDEWAYS)) > 0:
            found.append(f"{look}: scrolls sideways by {excess} px")
        if shots is not None:
            path = shots / f"{name.replace(' ', '-').replace(',', '')}-{size['width']}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
    return found


def _violations(page: Page, options: dict[str, Any]) -> list[str]:
    given = {"resultTypes": ["violations"], **options}
    violations = page.evaluate(RUN, [SEEN, given])
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}" for v in violations for node in v["nodes"]
    ]
