"""Markdown that people wrote, as HTML that is safe to show: no script, no style, no picture from elsewhere."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

_parser = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable(["table", "strikethrough"])
    .disable("image")
)
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto"}


def parse_markdown(text: str) -> SyntaxTreeNode:
    """What the text is made of, for whoever makes something else than HTML of it."""
    return SyntaxTreeNode(_parser.parse(text))


def may_lead_to(address: str) -> bool:
    """Whether a link may go there."""
    return address.partition(":")[0].lower() in _SCHEMES


def render_markdown(text: str) -> Markup:
    """The text as sanitised HTML; headings start at h3, under the page's own."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
    )
    return Markup(clean)  # noqa: S704 - the sanitiser's output is what this function is for
