"""A story as Markdown: what was typed as it was typed, under headings of the story's own."""

from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode

from program.markdown import parse_markdown
from program.reports.models import Ask, SectionKind
from program.story.models import Chapter, Section, Story
from program.story.words import FILES, about_answer, about_chapter, about_item, about_review, about_story

LOWEST = 3
"""Headings of the story are above those that people wrote by so many levels."""
DEEPEST = 6
_FOLLOWS = "."
"""What comes after a text, to see whether it is still code."""
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|~"})


def write_markdown(story: Story) -> str:
    """The story as one text."""
    parts = [f"# {_line(story.title)}", *map(_line, about_story(story))]
    for chapter in story.chapters:
        parts += _chapter(chapter, story)
    return "\n\n".join(parts) + "\n"


def _chapter(chapter: Chapter, story: Story) -> Iterator[str]:
    yield f"## {_line(chapter.title)}"
    yield f"*{_line(about_chapter(chapter, story))}*"
    for section in chapter.sections:
        yield f"### {_line(section.prompt)}"
        yield from _section(section, chapter, story)
    if chapter.files:
        yield f"### {FILES}"
        yield "\n".join(f"- {_line(one.file_name)}" for one in chapter.files)
    if chapter.reviews:
        yield "### Reviews"
    for review in chapter.reviews:
        yield f"**{_line(about_review(review, story))}**"
        if review.comment:
            yield _fitted(review.comment)


def _section(section: Section, chapter: Chapter, story: Story) -> Iterator[str]:
    if section.kind is SectionKind.ASKS:
        yield from (_ask(ask, story) for ask in chapter.asks)
    elif section.kind is SectionKind.PLAN and chapter.plan:
        yield "\n".join(f"- {_line(about_item(item))}" for item in chapter.plan)
    else:
        yield _fitted(section.text)


def _ask(ask: Ask, story: Story) -> str:
    answer = "\n".join(f"  > {line}".rstrip() for line in _fitted(ask.answer).splitlines())
    lines = (f"- {_line(ask.text)}", answer, f"  *{_line(about_answer(ask, story))}*")
    return "\n\n".join(filter(None, lines))


def _line(text: str) -> str:
    """Text that is no Markdown, on one line."""
    return " ".join(text.split()).translate(_SPECIAL)


def _fitted(text: str) -> str:
    """The text with its headings under those of the story, and no code left open into what follows."""
    lines = text.split("\n")
    tree = parse_markdown(f"{text}\n\n{_FOLLOWS}")
    for node in reversed([node for node in tree.walk() if node.type == "heading"]):
        start, end = node.map or (0, 0)
        lines[start:end] = [_heading(node, lines[start])]
    last = tree.children[-1]
    return "\n".join([*lines, last.markup] if last.type == "fence" else lines)


def _before(line: str, word: str) -> str:
    """What stands before the word, without spaces that are none to Markdown: such a line may hold nothing else."""
    before = line[: line.rindex(word)] if word in line else line
    kept = before.rstrip()
    spaces = before[len(kept) :]
    return kept + spaces[: len(spaces) - len(spaces.lstrip(" \t"))]


def _heading(node: SyntaxTreeNode, line: str) -> str:
    """A heading on one line, with what stood before it: of a quotation, of a list."""
    marks = "#" * min(int(node.tag[1]) + LOWEST, DEEPEST)
    if node.markup.startswith("#"):
        return line.replace(node.markup, marks, 1)
    words = node.children[0].content.split("\n")
    before = _before(line, words[0].rstrip())
    closing = [marks] if words[-1].endswith("#") else []
    return before + " ".join([marks, *(word.strip() for word in words), *closing])
