"""A story as a sheet: a row for each section of each report, and one for the files beside it."""

from collections.abc import Iterator

from program.story.models import Chapter, Story
from program.story.words import FILES, state_of

HEAD = ("Fellow", "Period", "Section", "Text", "State", "Sent at (UTC)")


def rows_of(story: Story) -> Iterator[tuple[object, ...]]:
    """The rows, report after report."""
    for chapter in story.chapters:
        said = [(section.prompt, section.text) for section in chapter.sections]
        if chapter.files:
            said.append((FILES, "\n".join(one.file_name for one in chapter.files)))
        for prompt, text in said:
            yield (story.name, chapter.title, prompt, text, state_of(chapter), _sent(chapter))


def _sent(chapter: Chapter) -> str:
    return f"{chapter.sent_at:%Y-%m-%d %H:%M}"
