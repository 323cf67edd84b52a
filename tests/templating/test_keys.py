"""Keys last, and never turn what was confidential into what everyone reads."""

import pytest

from program.authorship.modes import Audience
from program.reports.models import SectionKind
from program.templating.keys import LONGEST, Nature, Wanted, give_keys

OPEN, PRIVATE, NUMBER = Nature(True, False), Nature(False, False), Nature(False, True)
KNOWN = {"done": {OPEN}, "why": {PRIVATE}, "how": {NUMBER}}


def keys(*sections, known=KNOWN):
    return [one.key for one in give_keys(sections, known)]


def test_a_key_is_kept_when_the_prompt_changes():
    assert keys(Wanted("What came of it", "done")) == ["done"]


def test_a_key_is_made_from_the_prompt_once():
    assert keys(Wanted("What I learned!"), Wanted("What I learned"), Wanted("研究")) == [
        "what_i_learned",
        "what_i_learned_2",
        "section",
    ]
    [long] = keys(Wanted("Straße " * 28))
    assert long.startswith("strasse_strasse")
    assert len(long) <= LONGEST


@pytest.mark.parametrize(
    ("section", "key"),
    [
        (Wanted("Why", "why", audience=Audience.EVERYONE), "why_2"),
        (Wanted("Done", "done", audience=Audience.MANAGER), "done_2"),
        (Wanted("Why", "why", audience=Audience.PAIR), "why"),
        (Wanted("How", "how", kind=SectionKind.TEXT, audience=Audience.MANAGER), "how_2"),
        (Wanted("Links", "done", kind=SectionKind.LINKS), "done"),
    ],
)
def test_a_section_of_another_nature_is_another_section(section, key):
    assert keys(section) == [key]


def test_a_new_section_never_takes_the_key_of_one_of_another_nature():
    assert keys(Wanted("Why"), Wanted("Why", audience=Audience.MANAGER), Wanted("Done")) == [
        "why_2",
        "why",
        "done",
    ]


@pytest.mark.parametrize("key", ["outcome-1", "../done", "x" * 99, "nowhere"])
def test_a_key_that_nobody_gave_is_not_taken_from_a_page(key):
    assert keys(Wanted("Plans", key)) == ["plans"]


def test_two_rows_with_the_same_key_are_two_sections():
    assert keys(Wanted("One", "done"), Wanted("Two", "done")) == ["done", "two"]
