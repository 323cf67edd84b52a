"""What is said around the text of a story, the same on every kind of paper."""

from datetime import datetime

from program.clock import today, written_day
from program.reports.models import Ask, Outcome, PlanItem
from program.reviews.models import Review, Verdict
from program.story.models import Chapter, Story

VERDICTS = {Verdict.ACCEPT: "accepted it", Verdict.RETURN: "returned it"}
FILES = "Files beside it"
OUTCOMES = {Outcome.DONE: "done", Outcome.MOVED: "moved", Outcome.DROPPED: "dropped"}
STATES = {"submitted": "sent", "returned": "returned", "accepted": "accepted", "draft": "being mended"}


def day_of(instant: datetime, story: Story) -> str:
    """The day that it was where the cohort is."""
    return written_day(today(instant, story.fellowship.cohort.time_zone))


def state_of(chapter: Chapter) -> str:
    """Where the report stands, in a word."""
    return STATES[chapter.report.state]


def about_chapter(chapter: Chapter, story: Story) -> str:
    """When it was sent, and where it stands."""
    told = f"Sent {day_of(chapter.sent_at, story)}, version {chapter.version}"
    state = state_of(chapter)
    return told + (", late" if chapter.report.late else "") + (f"; {state}" if state != "sent" else "")


def about_review(review: Review, story: Story) -> str:
    """Who decided what, and when."""
    decided = VERDICTS.get(review.verdict, "answered")
    return f"{review.author.name} {decided}, {day_of(review.created_at, story)}"


def about_answer(ask: Ask, story: Story) -> str:
    """Who answered an ask, and when."""
    if ask.answered_at is None:
        return "open"
    return f"{ask.answered_by.name if ask.answered_by else 'Answered'}, {day_of(ask.answered_at, story)}"


def about_item(item: PlanItem) -> str:
    """An item of a plan, and what became of it."""
    return f"{item.text} ({OUTCOMES[item.outcome]})" if item.outcome else item.text


def about_story(story: Story) -> list[str]:
    """Whose it is, in which cohort and on what."""
    fellowship = story.fellowship
    return [
        line for line in (f"{fellowship.cohort.name}, {fellowship.track.name}", fellowship.project) if line
    ]
