"""What people write stays as they typed it in Markdown, and in its place under the headings of the story."""

import pytest

from program.markdown import parse_markdown
from program.story.queries import get_story
from program.story.written import write_markdown
from tests.factories import NOW, make_report, make_review

OWN = {
    "# One": ("h4", "One"),
    "##### Five": ("h6", "Five"),
    "Title\n=====": ("h4", "Title"),
    "Under\n---": ("h5", "Under"),
    "  Two\n  lines\\#\n===": ("h4", "Two lines\\#"),
    "Sharp #\n===": ("h4", "Sharp #"),
    "> 1. Quoted\n>    and long\n>    ===": ("h4", "Quoted and long"),
    "- - Listed: a a\n    ---": ("h5", "Listed: a a"),
    "> > # Deep #": ("h4", "Deep"),
    "\u00a0\nNext steps\n---": ("h5", "Next steps"),
    "> \u3000\n> Next steps\n> ---": ("h5", "Next steps"),
    "\u00a0Title\n---": ("h5", "Title"),
    "\u2003\n===\n-": ("h4", ""),
}
"""Headings, and what they are in a story."""
LEFT_OPEN = ("```", "~~~~py\ncode\n```", "before\n\n   ```\n> # code", "- ```\n  code", "> ```\n> code")


@pytest.fixture
def written(cast):
    """The headings of a fellow's reports, of which the first says this, a review and an answer too."""

    def write(text):
        report = make_report(cast.fellowship, number=3, done=text, asks="Why?")
        make_review(report, cast.mentor, comment=text, answers={report.asks[0].id: text})
        make_report(cast.fellowship, number=4, done="Last.")
        return write_markdown(get_story(cast.mentor, cast.fellowship.id, now=NOW))

    return write


def headings(text):
    tree = parse_markdown(text).walk()
    return [(node.tag, node.children[0].content) for node in tree if node.type == "heading"]


@pytest.mark.parametrize("own", OWN)
def test_headings_of_people_are_under_those_of_the_story(written, own):
    told = headings(written(f"Said.\n\n{own}\n\nSaid *on*."))
    assert told.count(OWN[own]) == 3
    assert [title for tag, title in told if tag == "h1"] == ["Amara Okafor: reports"]
    assert [title for tag, title in told if tag == "h2"] == ["Week 3", "Week 4"]


@pytest.mark.parametrize("own", LEFT_OPEN)
def test_code_that_is_left_open_ends_with_its_section(written, own):
    text = written(own)
    assert [title for tag, title in headings(text) if tag == "h2"] == ["Week 3", "Week 4"]
    assert [title for tag, title in headings(text) if tag == "h3"].count("Reviews") == 1


def test_what_breaks_nothing_stays_as_it_was_typed(written):
    typed = (
        "Some  `a # b`\n---not\n\n```\n# code\nTitle\n===\n```\n\n    # more\n\n| a |\n|---|\n| # |\n\n* * *"
    )
    assert written(typed).count(typed) == 2
