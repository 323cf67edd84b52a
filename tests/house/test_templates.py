"""The rules of the house for pages: nothing typed acts as a page, and no form is without its token."""

import re

import pytest

from tests.house.shelves import TEMPLATES, breaches

HTML = {path: text for path, text in TEMPLATES.items() if path.suffix == ".html"}
PAGES = {path: text for path, text in HTML.items() if "email" not in path.parts}
UNESCAPED = re.compile(r"""[^"]\|\s*safe\b|autoescape\s+false""", re.IGNORECASE)
"""What lets text act as a page; a literal of the template's own may be marked safe."""
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
FORM = re.compile(r"<form\b[^>]*method=.post.*?</form>", re.IGNORECASE | re.DOTALL)


def unescaped(text):
    return UNESCAPED.findall(text)


def inline(text):
    """Script and style that the content security policy would not run."""
    return INLINE.findall(text)


def posting_forms(text):
    return FORM.findall(text)


def forms_without_token(text):
    return [form for form in posting_forms(text) if "{{ csrf() }}" not in form]


def test_no_template_switches_escaping_off():
    assert breaches(unescaped, HTML) == {}


def test_no_page_carries_script_or_style():
    assert len(PAGES) > 20
    assert breaches(inline, PAGES) == {}


def test_every_form_that_changes_something_carries_a_token():
    assert sum(len(posting_forms(text)) for text in PAGES.values()) >= 8
    assert breaches(forms_without_token, PAGES) == {}


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (unescaped, "{{ x|safe }}"),
        (unescaped, "{{ x | safe }}"),
        (unescaped, "{% autoescape false %}"),
        (inline, "<script>"),
        (inline, "<style>"),
        (inline, '<p style="a">'),
        (inline, '<a onclick="b">'),
        (forms_without_token, '<form action="/a" method="post">\n</form>{{ csrf() }}'),
        (forms_without_token, "<FORM METHOD='POST'></FORM>"),
    ],
)
def test_a_breach_is_found(rule, line):
    assert len(rule(line)) == 1


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (unescaped, '{{ x|replace("\\n", "<br>"|safe) }}'),
        (inline, '<script defer src="/static/app.js"></script>'),
        (forms_without_token, '<form method="get"></form><form method="post">{{ csrf() }}</form>'),
    ],
)
def test_what_keeps_the_rule_is_left_alone(rule, line):
    assert rule(line) == []
