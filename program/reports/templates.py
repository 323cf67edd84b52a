"""The report template that a programme starts with, as data."""

from typing import Any

from sqlalchemy import select

from program.authorship.modes import Audience
from program.extensions import db
from program.reports.models import ReportTemplate, SectionKind, TemplateSection

WEEKLY = "Weekly report"
SECTIONS: tuple[dict[str, Any], ...] = (
    {
        "key": "done",
        "prompt": "Done since last time",
        "help": "What you worked on and what came of it. A number or a link says more than an adjective.",
        "required": True,
        "guide_words": 150,
    },
    {
        "key": "learned",
        "prompt": "What I learned",
        "help": "What you believe now that you did not a week ago, negative results included.",
        "guide_words": 100,
    },
    {
        "key": "blocked",
        "prompt": "What blocks me",
        "help": "Compute, access, a decision, a missing idea. Leave it empty if nothing does.",
        "guide_words": 60,
    },
    {
        "key": "plan",
        "prompt": "Plan until next time",
        "help": "Two to four things to show next time, one on each line. Your next report asks what became of them.",
        "kind": SectionKind.PLAN,
        "required": True,
        "guide_words": 80,
    },
    {
        "key": "asks",
        "prompt": "Asks to my mentor",
        "help": "One question or request on each line. Each stays open until it is answered.",
        "kind": SectionKind.ASKS,
    },
    {
        "key": "how",
        "prompt": "How I am",
        "help": "0 is very bad, 10 is very good.",
        "kind": SectionKind.SCALE,
        "audience": Audience.MANAGER,
    },
    {
        "key": "why",
        "prompt": "What is behind that",
        "help": "Sleep, load, people, doubts: whatever helps them to help you.",
        "audience": Audience.MANAGER,
    },
    {
        "key": "notes",
        "prompt": "Notes between us",
        "help": "In weeks that your research manager drafts, they draft from this: what happened, in any order.",
        "audience": Audience.PAIR,
    },
)


def ensure_template() -> ReportTemplate:
    """The weekly template, made if there is none yet."""
    template = db.session.scalar(select(ReportTemplate).where(ReportTemplate.name == WEEKLY))
    if template is None:
        sections = [
            TemplateSection(position=place, **section) for place, section in enumerate(SECTIONS, start=1)
        ]
        template = ReportTemplate(name=WEEKLY, version=1, sections=sections)
        db.session.add(template)
        db.session.flush()
    return template
