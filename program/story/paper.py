"""A story as PDF."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from program.errors import DomainError
from program.links import Link, link_lines
from program.reports.models import Ask, SectionKind
from program.story.models import Chapter, Section, Story
from program.story.nodes import Node, nodes_of, plain
from program.story.words import FILES, about_answer, about_chapter, about_item, about_review, about_story

logger = logging.getLogger(__name__)
PRESS = Path(__file__).with_name("press.py")
PATIENCE = 45
"""Seconds that a PDF may take; half a year of weekly reports takes about one."""
TOO_MUCH = (
    "This is more than can be set as PDF. Nothing is lost: take it as Markdown, or one report after another."
)


def set_pdf(story: Story) -> bytes:
    """The story as PDF. Raises DomainError for one that is too long for it."""
    data = json.dumps(_document(story)).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own script, by its path
            [sys.executable, "-I", str(PRESS)], input=data, capture_output=True, timeout=PATIENCE, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        logger.warning("a PDF was not set", extra={"error": type(error).__name__})
        raise DomainError(TOO_MUCH) from error
    return done.stdout


def _document(story: Story) -> dict[str, Any]:
    return {
        "title": story.title,
        "about": [[plain(line)] for line in about_story(story)],
        "contents": len(story.chapters) > 1,
        "chapters": [_chapter(chapter, story) for chapter in story.chapters],
    }


def _chapter(chapter: Chapter, story: Story) -> dict[str, Any]:
    sections = [
        {"title": section.prompt, "nodes": _section(section, chapter, story)} for section in chapter.sections
    ]
    if chapter.files:
        names = [[["par", [plain(one.file_name)]]] for one in chapter.files]
        sections.append({"title": FILES, "nodes": [["bullets", names]]})
    reviews = [
        {"title": about_review(review, story), "nodes": nodes_of(review.comment)}
        for review in chapter.reviews
    ]
    return {
        "title": chapter.title,
        "about": about_chapter(chapter, story),
        "sections": sections,
        "reviews": reviews,
    }


def _section(section: Section, chapter: Chapter, story: Story) -> list[Node]:
    if section.kind is SectionKind.ASKS:
        return [["bullets", [_ask(ask, story) for ask in chapter.asks]]]
    if section.kind is SectionKind.PLAN and chapter.plan:
        return [["bullets", [[["par", [plain(about_item(item))]]] for item in chapter.plan]]]
    if section.kind is SectionKind.LINKS:
        return [["bullets", [*_links(section.text)]]]
    return nodes_of(section.text)


def _ask(ask: Ask, story: Story) -> list[Node]:
    asked: list[Node] = [["par", [plain(ask.text)]]]
    if ask.answered_at is not None:
        asked.append(["quote", nodes_of(ask.answer)])
    return [*asked, ["small", [plain(about_answer(ask, story))]]]


def _links(text: str) -> Iterable[list[Node]]:
    for line in link_lines(text):
        if isinstance(line, Link):
            yield [["par", [["link", [plain(line.title)], line.url]]]]
        else:
            yield [["par", [plain(line)]]]
