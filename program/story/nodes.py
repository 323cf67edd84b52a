"""Markdown as nested lists that a setter draws: each begins with what it is. Pure.

Whatever is typed becomes data: no text of a writer is ever read as another markup.
"""

import re
from collections.abc import Iterable
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from program.markdown import may_lead_to, parse_markdown

Node = list[Any]
WIDEST_TABLE = 12
"""Columns; a wider table has no room on paper, and is set as it was typed."""
MOST_CELLS = 4_000
"""Cells of a table that is set as one; likewise."""
UNBROKEN = 40
"""Characters after which a word may break."""
LONGEST_LINK = 2_000
_LONG = re.compile(rf"\S{{{UNBROKEN + 1},}}")
_LINES = {"paragraph": "par", "heading": "head"}
_LISTS = {"bullet_list": "bullets", "ordered_list": "numbers"}
_INLINE = {"strong": "strong", "em": "emph", "s": "strike"}


def nodes_of(text: str) -> list[Node]:
    """The blocks of a text in Markdown."""
    lines = text.split("\n")
    return [node for child in parse_markdown(text).children for node in _block(child, lines)]


def plain(text: str) -> Node:
    """A line of text that is no Markdown."""
    return ["text", _breakable(text)]


def _block(node: SyntaxTreeNode, lines: list[str]) -> list[Node]:
    kind = node.type
    if kind in _LINES:
        return [[_LINES[kind], _inline(node)]]
    if kind in _LISTS:
        items = [_blocks(item, lines) for item in node.children]
        return [[_LISTS[kind], items, int(node.attrs.get("start", 1))]]
    if kind == "blockquote":
        return [["quote", _blocks(node, lines)]]
    if kind in ("fence", "code_block"):
        return [["pre", _breakable(node.content.rstrip("\n"))]]
    return [_table(node, lines)] if kind == "table" else [["rule"]]


def _blocks(node: SyntaxTreeNode, lines: list[str]) -> list[Node]:
    return [made for child in node.children for made in _block(child, lines)]


def _table(node: SyntaxTreeNode, lines: list[str]) -> Node:
    rows = [[_inline(cell) for cell in row.children] for part in node.children for row in part.children]
    columns = len(rows[0])
    if columns > WIDEST_TABLE or columns * len(rows) > MOST_CELLS:
        start, end = node.map or (0, 0)
        return ["pre", _breakable("\n".join(lines[start:end]))]
    return ["table", rows, columns]


def _inline(node: SyntaxTreeNode) -> list[Node]:
    """What is in a line. Block and cell hold it in a child of their own."""
    return [made for child in node.children for inner in _inner(child) for made in _piece(inner)]


def _inner(node: SyntaxTreeNode) -> Iterable[SyntaxTreeNode]:
    return node.children if node.type == "inline" else [node]


def _piece(node: SyntaxTreeNode) -> list[Node]:
    kind = node.type
    if kind == "text":
        return [plain(node.content)] if node.content else []
    if kind == "code_inline":
        return [["code", _breakable(node.content)]]
    if kind in _INLINE:
        return [[_INLINE[kind], _inline(node)]]
    return _link(node) if kind == "link" else [["break"]]


def _link(node: SyntaxTreeNode) -> list[Node]:
    address = str(node.attrs.get("href", ""))
    if may_lead_to(address) and len(address) <= LONGEST_LINK:
        return [["link", _inline(node), address]]
    return _inline(node)


def _breakable(text: str) -> str:
    """The text with places to break in words that are wider than a page."""
    return _LONG.sub(lambda found: _broken(found.group()), text)


def _broken(word: str) -> str:
    return "\u200b".join(word[start : start + UNBROKEN] for start in range(0, len(word), UNBROKEN))
