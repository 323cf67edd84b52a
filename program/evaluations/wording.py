"""What mentors are asked about a fellow: four dimensions with anchors in words. Pure data.

Four on a scale from 1 to 10, because programmes ask so: the public selection analysis of MATS 10.0 prints mentors'
scores on four dimensions, with means of 7.2 to 7.5 and one factor behind 60 to 70 per cent of them (a halo: whoever is
liked is scored well everywhere). Both figures shape the words. The anchor of 7 says what most good fellows do, so that
10 is left for what is rare; and each anchor says what somebody did that can be found in reports, not what they are
like. The choice of the four: `execution` and `independence` are what a fellow's weeks should change most, `judgement`
is what programmes say they select and train for, and `communication` is what reports exist for.

A wording that was answered is never changed: a new one gets the next number, and keeps the keys.
"""

from dataclasses import dataclass

LEAST, MOST = 1, 10


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that is scored from 1 to 10; `anchors` say in words what 1, 4, 7 and 10 mean."""

    key: str
    name: str
    prompt: str
    anchors: dict[int, str]

    def near(self, score: int) -> dict[int, str]:
        """The anchor of a score, or the two that it lies between."""
        nearest = {max(a for a in self.anchors if a <= score), min(a for a in self.anchors if a >= score)}
        return {anchor: self.anchors[anchor] for anchor in sorted(nearest)}


FIRST = (
    Dimension(
        "execution",
        "Research execution",
        "How well does the work get done: experiments, code, proofs, texts?",
        {
            1: "Little was finished, and what was cannot be built on.",
            4: "Things get done with much help, slower than planned, and need doing again now and then.",
            7: "Does what was planned in about the time that was planned; the results hold when they are checked.",
            10: "Does more than was planned, fast, and so well that others already build on it.",
        },
    ),
    Dimension(
        "judgement",
        "Judgement and taste",
        "How good are the choices of what to work on, what to believe and what to drop?",
        {
            1: "Works on whatever is next, and believes results that one more look would have undone.",
            4: "Chooses well among what is put in front of them; sees what is wrong once it is pointed out.",
            7: "Proposes steps worth taking, looks for what would prove them wrong, and drops what does not pay.",
            10: "Has changed my mind about what the project should be, and was right.",
        },
    ),
    Dimension(
        "communication",
        "Communication",
        "How well do others learn from them what was done, how sure they are, and what they need?",
        {
            1: "I learn what happened only by asking again and again.",
            4: "The facts are there; what they mean, how sure they are and what is needed has to be drawn out.",
            7: "Reports and talks say plainly what was done, how sure they are and what they ask for.",
            10: "Writes and speaks so that people outside the project understand it, use it and pass it on.",
        },
    ),
    Dimension(
        "independence",
        "Independence",
        "How far do they get without being led, and how do they use the help that is there?",
        {
            1: "Stands still without a next step from me.",
            4: "Works alone on what is spelt out, and is stuck for days before asking.",
            7: "Plans and does a week of work alone, and asks early when it matters.",
            10: "Could lead this project without me, and helps others with theirs.",
        },
    ),
)
WORDINGS = {1: FIRST}
"""Every wording that was ever asked, by its number."""
LATEST = max(WORDINGS)
