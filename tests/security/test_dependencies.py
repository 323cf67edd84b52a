"""No version that the project pins has a known hole: asked of the live service, or else of a stored snapshot.

The live service is the OSV database's. Where it cannot be reached the snapshot speaks, and the run says so.
"""

import json
import re
from pathlib import Path

import pytest
import requests
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
SNAPSHOT = json.loads(Path(__file__).with_name("advisories.json").read_text())
SERVICE = "https://api.osv.dev/v1/querybatch"
PIN = re.compile(r"^([\w.-]+)==([\w.+!-]+)", re.MULTILINE)
ACCEPTED: dict[str, str] = {}
"""Advisories that are known and do not matter here, each with its reason."""


def pins(text):
    """The name and version of every pinned package."""
    return [(name.lower().replace("_", "-"), version) for name, version in PIN.findall(text)]


def known_in_snapshot(pinned):
    """Package, version and advisory of each pin that the snapshot knows a hole of."""
    return [
        (name, version, advisory)
        for name, version in pinned
        for advisory, affected in SNAPSHOT["advisories"].get(name, ())
        if version in SpecifierSet(affected, prereleases=True)
    ]


def ask_service(pinned, post=requests.post):
    """The same from the live service; None if it does not answer."""
    queries = [{"package": {"name": n, "ecosystem": "PyPI"}, "version": version} for n, version in pinned]
    try:
        response = post(SERVICE, json={"queries": queries}, timeout=10)
        response.raise_for_status()
        results = response.json()["results"]
    except (requests.RequestException, ValueError, KeyError):
        return None
    return [
        (name, version, hole["id"])
        for (name, version), result in zip(pinned, results, strict=True)
        for hole in result.get("vulns", ())
        if hole["id"] not in ACCEPTED
    ]


def audit(pinned, post=requests.post):
    """What is known of these pins, and whom it was asked of."""
    live = ask_service(pinned, post)
    known = [found for found in known_in_snapshot(pinned) if found[2] not in ACCEPTED]
    return known + (live or []), "the live service" if live is not None else "the stored snapshot"


def test_no_pinned_version_has_a_known_hole(tally):
    pinned = pins((ROOT / "constraints.txt").read_text())
    holes, source = audit(pinned)
    assert len(pinned) > 80
    assert holes == []
    tally(f"pinned packages audited against {source} (snapshot of {SNAPSHOT['gathered']})", len(pinned))


def test_every_dependency_of_the_project_is_pinned():
    text = (ROOT / "pyproject.toml").read_text()
    listed = text[text.index("dependencies = [") : text.index("[project.scripts]")]
    named = {name.lower() for name in re.findall(r'^    "([\w-]+)', listed, re.MULTILINE)}
    assert named - {name for name, _version in pins((ROOT / "constraints.txt").read_text())} == set()


@pytest.mark.parametrize(
    ("pin", "advisory"),
    [
        ("werkzeug==3.0.0", "CVE-2023-46136"),
        ("Authlib==1.6.4", "CVE-2025-61920"),
        ("authlib==1.6.6", "CVE-2026-28802"),
        ("flask==3.1.2", "CVE-2026-27205"),
        ("jinja2==3.1.5", "CVE-2025-27516"),
        ('urllib3==2.6.2 ; python_version < "3.12"', "CVE-2026-21441"),
    ],
)
def test_a_planted_version_with_a_hole_is_caught(pin, advisory):
    assert advisory in {found[2] for found in known_in_snapshot(pins(pin))}


class Answer:
    """What the service says."""

    def __init__(self, results):
        self.results = results

    def raise_for_status(self):
        pass

    def json(self):
        return {"results": self.results}


def test_what_the_live_service_knows_is_caught_although_the_snapshot_does_not_know_it():
    holes, source = audit([("flask", "3.1.3")], lambda *_a, **_k: Answer([{"vulns": [{"id": "PLANTED-1"}]}]))
    assert (holes, source) == ([("flask", "3.1.3", "PLANTED-1")], "the live service")


def test_a_service_that_is_silent_leaves_the_snapshot_to_speak():
    def silent(*_args, **_kwargs):
        raise requests.ConnectionError

    holes, source = audit([("werkzeug", "3.0.0"), ("flask", "3.1.3")], silent)
    assert {found[0] for found in holes} == {"werkzeug"}
    assert source == "the stored snapshot"
