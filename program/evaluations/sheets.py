"""A round as a sheet: one line for each fellow, and for each mentor who has evaluated them."""

from collections.abc import Callable

from program.access import Permission
from program.evaluations.standing import RoundLine
from program.evaluations.wording import FIRST, Dimension
from program.exports.services import Sheet


def _score(dimension: Dimension) -> Callable[[RoundLine], object]:
    return lambda line: line.answers.scores.get(dimension.key, "")


def _evidence(dimension: Dimension) -> Callable[[RoundLine], object]:
    return lambda line: line.answers.evidence.get(dimension.key, "")


LINES: Sheet[RoundLine] = Sheet(
    "evaluations",
    Permission.EVALUATION_READ,
    {
        "fellow": lambda line: line.fellowship.account.name,
        "mentor": lambda line: line.author,
        "state": lambda line: line.state,
        "sent": lambda line: line.evaluation.sent_at if line.evaluation else "",
        **{one.name.lower(): _score(one) for one in FIRST},
        **{f"evidence, {one.name.lower()}": _evidence(one) for one in FIRST},
        "comment": lambda line: line.answers.comment,
    },
)
