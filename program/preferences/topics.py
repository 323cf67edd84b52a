"""What mails are about, as people choose among them: which may be switched off, and why others may not. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from program.access import Role


class Topic(StrEnum):
    """What a mail is about."""

    EARLY = "early"
    REPORTS = "reports"
    ACCEPTED = "accepted"
    ANSWERS = "answers"
    COMMENTS = "comments"
    SIGN_IN = "sign_in"
    DUE = "due"
    YOURS = "yours"
    DEADLINES = "deadlines"
    PEOPLE = "people"
    CONCERNS = "concerns"
    OTHERS = "others"
    ANNOUNCED = "announced"

    @property
    def about(self) -> "About":
        """What is said of it to people."""
        return ABOUT[self]

    @property
    def is_optional(self) -> bool:
        """Whether people may do without."""
        return not ABOUT[self].why


@dataclass(frozen=True, slots=True)
class About:
    """A topic in words, who has to do with it, and why nobody may switch it off; no reason where they may."""

    title: str
    what: str
    roles: frozenset[Role] = frozenset(Role)
    why: str = ""


FELLOWS, MENTORS, RUNNERS = (
    frozenset({Role.FELLOW}),
    frozenset({Role.MENTOR}),
    frozenset({Role.RESEARCH_MANAGER, Role.STAFF}),
)
ABOUT = {
    Topic.EARLY: About(
        "Reminders ahead of time",
        "what you owe, before it is due. The reminder when it is due comes in any case",
    ),
    Topic.REPORTS: About("Reports that come", "a fellow of yours has sent a report; all that wait", MENTORS),
    Topic.ACCEPTED: About("Accepted reports", "your mentor has accepted a report", FELLOWS),
    Topic.ANSWERS: About("Answers", "something that you asked in a report was answered", FELLOWS),
    Topic.COMMENTS: About(
        "Comments",
        "somebody wrote beside a report and nothing is to be done",
        FELLOWS | {Role.RESEARCH_MANAGER},
    ),
    Topic.SIGN_IN: About(
        "Signing in",
        "links to sign in, invitations, and changes of how you sign in",
        why="you would not get in, nor hear that somebody else did",
    ),
    Topic.DUE: About(
        "What is due and what is late", "what you owe, from its hour on", why="others wait for it"
    ),
    Topic.YOURS: About(
        "What comes to you to do",
        "a report came back, was drafted for you, or is asked for",
        FELLOWS,
        "nobody else can do it",
    ),
    Topic.DEADLINES: About(
        "Changed deadlines",
        "another day for something of yours, or why not",
        FELLOWS,
        "you would go by a day that does not hold any more",
    ),
    Topic.PEOPLE: About(
        "Who works with whom",
        "a mentor or a research manager came, went or changed",
        why="you would write to somebody who is not there any more",
    ),
    Topic.CONCERNS: About(
        "Concerns", "what was put to you by name, or became of yours", why="somebody relies on an answer"
    ),
    Topic.OTHERS: About(
        "What others owe for long",
        "reviews and other things that nobody did in time",
        RUNNERS,
        "you are the one who can help",
    ),
    Topic.ANNOUNCED: About(
        "Messages from staff",
        "what the people who run the programme write to a group you are in",
        why="they write to all of it, and count on being read",
    ),
}


def topics_for(roles: Collection[Role]) -> list[Topic]:
    """What somebody with these roles may get mail about, in the order it is listed in."""
    return [topic for topic in Topic if not ABOUT[topic].roles.isdisjoint(roles)]
