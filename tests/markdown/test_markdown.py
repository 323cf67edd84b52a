"""Markdown that people wrote is shown without anything that could run, load or lead astray."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from program.markdown import render_markdown

ALLOWED = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
PIECES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "[x]: javascript:alert(1)\n[x]",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.example>",
    "&lt;script&gt;",
    "# Title\n",
    "- item\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "`code`",
    "\n\n",
]
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=12).map("".join)


@given(texts)
def test_only_known_tags_and_harmless_links_come_out(text):
    page = BeautifulSoup(str(render_markdown(text)), "html.parser")
    for tag in page.find_all(True):
        assert tag.name in ALLOWED
        assert set(tag.attrs) <= {"href", "rel"}
        if tag.get("href"):
            assert tag["href"].split(":")[0].lower() in ("http", "https", "mailto") or ":" not in tag["href"]


@pytest.mark.parametrize("text", PIECES[:10])
def test_nothing_is_loaded_from_elsewhere(text):
    html = str(render_markdown(text))
    page = BeautifulSoup(html, "html.parser")
    assert (
        page.find_all(["script", "img", "svg", "iframe", "style", "object", "embed", "form", "input"]) == []
    )
    assert not [
        a for a in page.find_all("a") if "javascript" in a.get("href", "") or "data:" in a.get("href", "")
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "<p>plain</p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("**bold** ~~gone~~", "<p><strong>bold</strong> <s>gone</s></p>\n"),
        ("# Top", "<h3>Top</h3>\n"),
        ("###### Deep", "<h6>Deep</h6>\n"),
        ("[x](https://a.example)", '<p><a href="https://a.example" rel="nofollow noopener">x</a></p>\n'),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>\n"),
        ("", ""),
    ],
)
def test_what_people_write_looks_as_they_meant_it(text, html):
    assert str(render_markdown(text)) == html


def test_a_table_is_a_table():
    page = BeautifulSoup(str(render_markdown("| a | b |\n|---|---|\n| 1 | 2 |")), "html.parser")
    assert [cell.get_text() for cell in page.find_all(["th", "td"])] == ["a", "b", "1", "2"]


def test_deep_nesting_ends():
    assert render_markdown("> " * 5_000 + "x")
    assert render_markdown("[" * 5_000)
    assert render_markdown("*a " * 3_000)
