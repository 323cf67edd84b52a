"""What people write is set as it was meant, and never run; what cannot be set is said."""

import pytest

from program.errors import DomainError
from program.story import paper
from program.story.nodes import UNBROKEN, nodes_of
from program.story.paper import set_pdf
from program.story.queries import get_chapter, get_story
from program.story.services import Copy, make_copy
from tests.factories import NOW, make_attachment, make_report, make_review

HOSTILE = (
    '#panic() #import "@preview/x:1.0.0" $x$ *a* `#read("/etc/passwd")` <label> @ref\n\n'
    '```typ\n#read("story.typ")\n```\n\n[link](javascript:alert(1)) [ok](https://paper.example/a?b=c)\n\n'
    "مرحبا 研究する हिन्दी \U0001f468\u200d\U0001f469\u200d\U0001f467 \ufffe\n\n# head\n\n> quoted\n\n4. four\n5. five\n\n---"
)
TABLE = "| a | b |\n|---|---|\n" + "\n".join(f"| {n} | **x** |" for n in range(500))


def test_markdown_becomes_data():
    nodes = nodes_of(HOSTILE)
    assert [node[0] for node in nodes] == ["par", "pre", "par", "par", "head", "quote", "numbers", "rule"]
    assert nodes[6][2] == 4
    [plain, link] = nodes[2][1]
    assert (plain[0], link[0], link[2]) == ("text", "link", "https://paper.example/a?b=c")


def test_what_has_no_room_is_set_as_it_was_typed():
    [wide] = nodes_of("|".join("a" * 40) + "\n" + "|".join(["-"] * 40) + "\n" + "|".join("b" * 40))
    assert wide[0] == "pre"
    [[_kind, [[_text, word]]]] = nodes_of("x" * 100)
    assert word.split("\u200b") == ["x" * UNBROKEN, "x" * UNBROKEN, "x" * 20]
    [table] = nodes_of(TABLE)
    assert (table[0], len(table[1]), table[2]) == ("table", 501, 2)


def test_a_story_of_anything_is_set(cast):
    make_attachment(cast.fellowship, number=3, name='#read("x")')
    report = make_report(
        cast.fellowship,
        number=3,
        done=HOSTILE,
        learned=TABLE,
        blocked="word " * 4_000,
        plan="x" * 20_000,
        asks="Why?",
    )
    make_review(report, cast.mentor, comment="Well *done*.", answers={report.asks[0].id: "Because."})
    make_report(cast.fellowship, number=4, done="", plan="> " * 400 + "deep\n\n" + "- " * 400 + "deeper")
    made = set_pdf(get_story(cast.mentor, cast.fellowship.id, now=NOW))
    assert made.startswith(b"%PDF-")
    assert len(made) < 2_000_000


def test_what_takes_too_long_is_said(cast, monkeypatch):
    report = make_report(cast.fellowship, number=4)
    monkeypatch.setattr(paper, "PATIENCE", 0.001)
    with pytest.raises(DomainError, match="take it as Markdown"):
        set_pdf(get_chapter(cast.mentor, report.id, now=NOW))


def test_markdown_keeps_what_was_typed_under_headings_of_its_own(cast):
    report = make_report(cast.fellowship, number=4, done="# Mine\n\n```\n# code\n```", asks="Is *this* it?")
    make_review(report, cast.mentor, comment="## Good", answers={report.asks[0].id: "Yes.\n\nIt is."})
    text = make_copy(get_chapter(cast.mentor, report.id, now=NOW), Copy.MARKDOWN).decode()
    assert "#### Mine\n\n```\n# code\n```" in text
    assert "- Is \\*this\\* it?\n\n  > Yes.\n  >\n  > It is.\n\n  *Margit Vanders, 10 Jun 2026*" in text
    assert "**Margit Vanders accepted it, 10 Jun 2026**\n\n##### Good" in text
    assert [line for line in text.splitlines() if line.startswith("# ")] == [
        "# Amara Okafor: week 4",
        "# code",
    ]


def test_a_separator_that_begins_no_line_takes_no_row_from_a_wide_table():
    rows = [f"|{f'{name}|' * 13}" for name in ("head", "-", "first", "second", "last")]
    nodes = nodes_of("\n".join(["before\u2028still before", "", *rows]))
    assert "last" in repr(nodes[-1])
