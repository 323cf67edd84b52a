"""Whether the tables hold what the model says, and whether all that is owed follows from it."""

from collections import Counter

from program.cohorts.models import AuthorshipMode
from program.lines import read_lines
from program.obligations.models import Obligation, ObligationKind
from program.reports.models import DECIDED, ReportState
from tests.reports.facts import Facts
from tests.reports.model import Slot, World
from tests.reports.stage import Stage


def check_slots(world: World, stage: Stage, facts: Facts) -> None:
    """Each report is in the state of the model's, with its texts by its writers; what is not begun is not there."""
    rows = {row[:2]: row[2:] for row in facts.rows["reports"]}
    versions = facts.versions()
    for slot in world.slots.values():
        row = rows.pop((stage.fellowships[slot.fellow], stage.periods[slot.number]), None)
        assert (row and row[1]) == slot.state, f"it is {row and row[1]}, not {slot.state}"
        if row is not None:
            report, _state, version, number, first_sent, owed_at, handed_over = row
            assert (version, number, first_sent) == (slot.version, len(slot.versions), slot.first_sent)
            assert bool(handed_over) is slot.handed_over
            waits = slot.state in (ReportState.SUBMITTED, ReportState.RETURNED) or facts.is_asked(report)
            assert owed_at is not None or not waits, "its next step has no time"
            assert owed_at is None or slot.state is not ReportState.DRAFT, "one that is not sent has"
            for n, one in enumerate(slot.versions, start=1):
                author, body, aside, _id, sent = versions[report, n]
                assert (stage.name(author), sent is not None) == (one.author, one.sent)
                assert _filled({**body, **aside}) == _filled(one.text), "another text stands there"
            _check_asks(slot, report, facts)
    assert not rows, "there is a report that nobody began"


def _check_asks(slot: Slot, report: int, facts: Facts) -> None:
    """The asks are those of the text that was sent last, and those that were answered before."""
    if slot.sent_number:
        lines = set(read_lines(slot.versions[slot.sent_number - 1].text.get("asks", "")))
        asks = [(text, answer) for _id, own, text, answer, _by in facts.rows["asks"] if own == report]
        assert lines <= {text for text, _answer in asks}, "an ask is lost"
        assert {text for text, answer in asks if not answer} <= lines, (
            "an ask that nobody has any more is open"
        )


def _filled(text: dict[str, str]) -> dict[str, str]:
    return {key: words for key, words in text.items() if words}


def check_obligations(owed: list[Obligation], world: World, stage: Stage, facts: Facts) -> None:
    """What is owed is what follows from the model, each once, by whom it is up to, due when it says."""
    wanted: Counter[tuple[object, ...]] = Counter()
    reports = {row[:2]: row[2] for row in facts.rows["reports"]}
    for slot in world.slots.values():
        if (
            _is_sent(slot) or slot.opens <= world.now
        ):  # what was sent is owed an answer, though the clock went back
            place = (stage.fellowships[slot.fellow], stage.periods[slot.number])
            wanted.update(_wanted(slot, world, stage, facts, reports.get(place)))
    timed = (ObligationKind.REPORT, ObligationKind.DRAFT)
    found = Counter(
        (one.kind, one.account_id, one.subject_id, one.due_at if one.kind in timed else None) for one in owed
    )
    assert found == wanted, f"owed too much: {found - wanted}, too little: {wanted - found}"


def _is_sent(slot: Slot) -> bool:
    return slot.state is ReportState.SUBMITTED or slot.state in DECIDED


def _wanted(
    slot: Slot, world: World, stage: Stage, facts: Facts, report: int | None
) -> list[tuple[object, ...]]:
    fellow, period = stage.accounts[slot.fellow], stage.periods[slot.number]
    place = stage.fellowships[slot.fellow]
    found: list[tuple[object, ...]] = []
    if slot.state is ReportState.RETURNED:
        found.append((ObligationKind.MENDING, fellow, period, None))
    names = {mentor: name for name, mentor in stage.mentors.items()}
    leaders = [stage.accounts[names[one]] for one in facts.leaders(place, world.now)]
    if slot.state is ReportState.SUBMITTED:
        found += [(ObligationKind.REVIEW, one, report, None) for one in leaders]
    if report is not None and slot.state in DECIDED and facts.is_asked(report):
        found += [(ObligationKind.ASK, one, report, None) for one in leaders]
    if _is_sent(slot) or slot.excused:
        return found
    found.append((ObligationKind.REPORT, fellow, period, slot.due))
    if world.mode(slot) is AuthorshipMode.MANAGER_DRAFTS and not slot.handed_over:
        manager = stage.accounts[world.managers[slot.fellow]]
        found.append((ObligationKind.DRAFT, manager, place, slot.due))
    return found
