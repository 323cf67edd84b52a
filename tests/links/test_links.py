"""Links that people wrote: the titles they gave, where they lead, and in words what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.links import MOST, Link, link_lines, read_links

PAPER = "https://arxiv.org/abs/1706.03762"


@pytest.mark.parametrize(
    ("line", "title", "url"),
    [
        (PAPER, PAPER, PAPER),
        (f"Attention is all you need {PAPER}", "Attention is all you need", PAPER),
        (f"  - Attention: {PAPER}.", "Attention", PAPER),
        (f"{PAPER} \u2013 Attention", "Attention", PAPER),
        (f"[Attention [v7]]({PAPER})", "Attention [v7]", PAPER),
        (f"* []({PAPER})", PAPER, PAPER),
        (f"[ A  [b](c) ](\t{PAPER}(d) ).", "A [b](c)", f"{PAPER}(d)"),
        (f"1. <{PAPER}>", PAPER, PAPER),
        (
            "論文 👩🏽‍🔬 http://example.org:8080/a_(b)?q=1#c",
            "論文 👩🏽‍🔬",
            "http://example.org:8080/a_(b)?q=1#c",
        ),
        ("HTTPS://GitHub.com/x/y", "HTTPS://GitHub.com/x/y", "HTTPS://GitHub.com/x/y"),
    ],
)
def test_a_line_is_a_link_with_the_title_that_was_given(line, title, url):
    [link], errors = read_links(line)
    assert (link.title, link.url, errors) == (title, url, [])


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://[2001:db8::1]:443/", "2001:db8::1"),
        ("https://GitHub.com/x", "github.com"),
        ("https://\u0430\u0440\u0440\u04cf\u0435.com/", "xn--80ak6aa92e.com"),
    ],
)
def test_the_host_is_the_one_that_the_browser_goes_to(url, host):
    assert read_links(url) == ([Link(url, url, host)], [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("my notes", "there is no address in “my notes”"),
        ("javascript:alert(1)", "only addresses that begin with https://"),
        ("[x](javascript:alert(1))", "there is no address"),
        ("paper ftp://example.org/x", "only addresses that begin with https://"),
        (f"two {PAPER} {PAPER}", "more than one address"),
        (f"[https://github.com]({PAPER})", "more than one address"),
        (f"[x]({PAPER} y)", "there is no address"),
        (f"[{PAPER}]()", "there is no address"),
        (f"[{PAPER})", "there is no address"),
        ("[](", "there is no address"),
        (f"see {PAPER} for more", "in the middle"),
        ("https://github.com@evil.example/", "a name or a password before its host"),
        ("https://good.example\\@evil.example/", "no address that a browser could open"),
        ("https://", "no address that a browser could open"),
        ("https://[::1", "no address that a browser could open"),
        ("https://a.example:99999999/", "no address that a browser could open"),
        ("https://" + "a" * 80 + ".example/", "no address that a browser could open"),
        ('https://"onclick=x"/', "no address that a browser could open"),
        ("https://example.org/" + "a" * 2_000, "longer than 2,000 characters"),
        ("t" * 201 + f" {PAPER}", "the title is longer"),
    ],
)
def test_what_is_no_link_is_said_with_its_line_and_still_shown(line, words):
    text = f"{PAPER}\n\n{line}\n"
    links, errors = read_links(text)
    assert len(links) == 1
    [error] = errors
    assert error.startswith("Line 3: ")
    assert words in error
    assert link_lines(text)[1] == line


def test_so_many_links_are_taken_and_no_more():
    assert read_links(f"{PAPER}\n" * MOST)[1] == []
    assert read_links(f"{PAPER}\n" * (MOST + 1))[1] == [
        "These are 51 links. Please keep the 50 that matter most."
    ]


@given(
    st.lists(
        st.one_of(st.text(max_size=20), st.sampled_from(["https://", "[", "](", ")", "<", " ", "\n", "@"]))
    )
)
def test_whatever_is_typed_gives_links_to_the_web_or_words(pieces):
    text = "".join(pieces)
    links, errors = read_links(text)
    assert all(link.url.lower().startswith(("http://", "https://")) and link.host for link in links)
    assert (
        len(links) + len(errors) == len(link_lines(text)) == sum(1 for one in text.split("\n") if one.strip())
    )


def test_a_long_line_takes_no_long_time():
    assert len(read_links("[" * 20_000 + "](" * 5_000)[1]) == 1
    assert len(read_links("https://a " * 2_000)[1]) == 1
    assert len(read_links("[" + "](" * 500_000)[1]) == 1  # what looked at each pair anew would take hours
