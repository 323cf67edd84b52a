"""A story as a sheet: a row for each section of each report."""

from collections.abc import Iterator

from program.story.models import Chapter, Story
from program.story.words import state_of

HEAD = ("Fellow", "Period", "Section", "Text", "State", "Sent at (UTC)")


def rows_of(story: Story) -> Iterator[tuple[object, ...]]:
    """The rows, report after report."""
    for chapter in story.chapters:
        for section in chapter.sections:
            yield (story.name, chapter.title, section.prompt, section.text, state_of(chapter), _sent(chapter))


def _sent(chapter: Chapter) -> str:
    return f"{chapter.sent_at:%Y-%m-%d %H:%M}"
