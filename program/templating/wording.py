"""What can be wrong with the sections of a template, and what differs between two versions, in words. Pure."""

from collections.abc import Sequence

from program.authorship.modes import Audience
from program.reports.models import SectionKind
from program.templating.keys import Wanted

MOST = 20
"""Sections of one template."""
KINDS = {
    SectionKind.TEXT: "text",
    SectionKind.ASKS: "asks to the mentor, one on each line",
    SectionKind.PLAN: "plan items, one on each line",
    SectionKind.LINKS: "links, one on each line",
    SectionKind.SCALE: "a number from 0 to 10",
}
READERS = {
    Audience.EVERYONE: "mentors, research manager and staff",
    Audience.MANAGER: "research manager only",
    Audience.PAIR: "fellow and research manager",
}
NO_MENTOR = "Asks and plans are for mentors: the section “{}” must be read by them, or be of another kind."


def faults_of(sections: Sequence[Wanted]) -> list[str]:
    """What has to be mended before these sections can be a template."""
    faults = []
    if len(sections) > MOST:
        faults.append(f"A template has {MOST} sections at most; these are {len(sections)}. Remove some.")
    if not any(one.required and one.audience is Audience.EVERYONE for one in sections):
        faults.append("At least one section that mentors read must be one that has to be filled.")
    lists = (SectionKind.ASKS, SectionKind.PLAN)
    hidden = [one for one in sections if one.kind in lists and one.audience is not Audience.EVERYONE]
    return faults + [NO_MENTOR.format(one.prompt) for one in hidden]


def described(section: Wanted) -> str:
    """All that there is to say about a section, in one line."""
    parts = [KINDS[section.kind], f"read by {READERS[section.audience]}"]
    parts += ["must be filled"] if section.required else []
    parts += [f"about {section.guide_words} words"] if section.guide_words else []
    return f"“{section.prompt}”: {', '.join(parts)}"


def changes_between(before: Sequence[Wanted], after: Sequence[Wanted]) -> list[str]:
    """What is new, gone or different, in words; nothing if the two are the same."""
    old, new = ({one.key: one for one in sections} for sections in (before, after))
    found = [f"New: {described(one)}." for one in after if one.key not in old]
    gone = [one for one in before if one.key not in new]
    found += [f"Gone: “{one.prompt}”. What was written there stays in its reports." for one in gone]
    both = [key for key in new if key in old]
    for key in both:
        if described(old[key]) != described(new[key]):
            found.append(f"Changed: {described(new[key])}. It was {described(old[key])}.")
        elif old[key] != new[key]:
            found.append(f"Changed: the help of “{new[key].prompt}”.")
    if both != [key for key in old if key in new]:
        found.append("The sections are in another order.")
    return found
