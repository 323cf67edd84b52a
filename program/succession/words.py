"""What each of those who are told of a mentor's withdrawal reads. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Following(Protocol):
    """A fellow who was the mentor's, and who leads them now; None is nobody."""

    @property
    def fellow(self) -> str: ...
    @property
    def mentor(self) -> str | None: ...
    @property
    def waiting(self) -> int: ...


@dataclass(frozen=True, slots=True)
class News:
    """A mail's subject, its sentence, what its button says, why one gets it, and until when it is to be done."""

    subject: str
    said: str
    action: str
    why: str
    until: str = "There is no deadline for this."


def news_for(part: str, *, mentor: str, cohort: str, fellows: Sequence[Following]) -> News:
    """The mail to somebody who is a fellow, a successor, a manager or staff here; `fellows` are those they hear of."""
    gone = f"{mentor} has withdrawn from {cohort}"
    match part:
        case "fellow":
            next_one = fellows[0].mentor if fellows else None
            follows = (
                f"{next_one} is your mentor now, and answers the reports and asks that wait."
                if next_one
                else "The people who run the programme tell you who follows."
            )
            return News(
                "A mentor of yours has withdrawn",
                f"{gone} and does not see your reports any more. {follows}",
                "See your week",
                "this is about your own mentor",
            )
        case "successor":
            names = ", ".join(one.fellow for one in fellows) or "fellows of theirs"
            waiting = sum(one.waiting for one in fellows)
            return News(
                f"You follow {mentor} as mentor",
                f"{gone}. From now on you mentor {names}. Reports that wait for your answer: {waiting}.",
                "Open your queue",
                "you were chosen to follow them",
            )
        case _:
            pairs = ", ".join(f"{one.fellow} to {one.mentor or 'nobody yet'}" for one in fellows)
            said = f"{gone}. Handed over: {pairs}." if pairs else f"{gone}. No fellow was theirs."
            if part == "manager":
                return News(gone, said, "See your fellows", "you are research manager of these fellows")
            return News(gone, said, "See their part in the cohort", "you run the programme")
