"""What is to become of reports, said a second time and more simply: no database, no sections' forms, no marks."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from program.authorship.modes import Audience, Writer
from program.cohorts.models import AuthorshipMode
from program.errors import ForbiddenError, ForbiddenStepError, NotFoundError
from program.postponing.changes import Deed
from program.reports.drafting import ClashError, UnseenError
from program.reports.models import ReportState
from program.reports.templates import SECTIONS

AUDIENCES = {section["key"]: section.get("audience", Audience.EVERYONE) for section in SECTIONS}
FOR_EVERYONE = {key for key, audience in AUDIENCES.items() if audience is Audience.EVERYONE}
SAVE, SEND, HAND_OVER = "save", "send", "hand over"
AGAIN = "again"
"""It was done already: nothing happens, and nobody is told off."""


@dataclass
class Version:
    """A revision: whose, whether it was sent, its text."""

    author: str
    text: dict[str, str]
    sent: bool = False


@dataclass
class Slot:
    """One fellow's report for one period, begun or not."""

    fellow: str
    number: int
    opens: datetime
    planned: datetime
    day: date
    due: datetime
    state: ReportState | None = None
    version: int = 0
    handed_over: bool = False
    first_sent: datetime | None = None
    excused: bool = False
    versions: list[Version] = field(default_factory=list)
    reviews: set[tuple[str, int]] = field(default_factory=set)

    @property
    def text(self) -> dict[str, str]:
        return self.versions[-1].text if self.versions else {}

    @property
    def is_open(self) -> bool:
        return self.state in (None, ReportState.DRAFT, ReportState.RETURNED)

    @property
    def sent_number(self) -> int:
        """The latest version that was sent; 0 if none was."""
        return max([n for n, one in enumerate(self.versions, start=1) if one.sent], default=0)

    @property
    def picture(self) -> tuple[object, ...]:
        """What whoever looks at its deadline sees."""
        return self.due, self.excused, self.first_sent

    def holds(self, body: dict[str, str]) -> bool:
        return all(self.text.get(key, "") == text for key, text in body.items())


@dataclass
class Page:
    """What stands in somebody's browser: the texts that it knows of, the first as it showed it, and what is typed."""

    slot: Slot
    writer: Writer
    owner: str
    version: int
    known: dict[str, list[str]]
    typed: dict[str, str]
    fields: frozenset[str]

    def is_answered(self, version: int, text: dict[str, str], *, kept: frozenset[str] = frozenset()) -> None:
        """It is told what stands there now; of the `kept` sections what is typed stays."""
        self.version = version
        for key in self.known:
            self.known[key] = [text.get(key, "")]
            if key not in kept:
                self.typed[key] = text.get(key, "")

    def is_not_answered(self, sent: dict[str, str]) -> None:
        """What it sent may have arrived or not."""
        for key, text in sent.items():
            self.known[key].append(text)


@dataclass
class World:
    """All that the rules look at."""

    now: datetime
    phase: AuthorshipMode
    slots: dict[tuple[str, int], Slot]
    managers: dict[str, str]
    overrides: dict[str, dict[date, AuthorshipMode]]

    def mode(self, slot: Slot) -> AuthorshipMode:
        """How the report is written: by what was said last of the day that it falls due on in the calendar."""
        begun = {day: mode for day, mode in self.overrides[slot.fellow].items() if day <= slot.day}
        return begun[max(begun)] if begun else self.phase

    def may_type(self, slot: Slot, key: str, writer: Writer) -> bool:
        """Whether this section has a field on their page."""
        audience, mode = AUDIENCES[key], self.mode(slot)
        if not slot.is_open or (audience is Audience.MANAGER and writer is Writer.MANAGER):
            return False
        if audience is not Audience.EVERYONE or mode is AuthorshipMode.TOGETHER:
            return True
        if mode is AuthorshipMode.FELLOW_WRITES:
            return writer is Writer.FELLOW
        theirs = self.now >= slot.due or slot.handed_over or slot.first_sent is not None
        return writer is Writer.MANAGER or theirs

    def rightful(self, page: Page) -> str:
        return page.slot.fellow if page.writer is Writer.FELLOW else self.managers[page.slot.fellow]

    def answer(self, page: Page, body: dict[str, str], deed: str, actor: str) -> type[Exception] | str | None:
        """What is said to somebody who sends this from their page: the error, AGAIN, or nothing if it is done."""
        slot = page.slot
        if (self.now < slot.opens and slot.state is None) or page.owner != self.rightful(page):
            return NotFoundError
        if actor != page.owner:
            return ForbiddenError
        return self._early(page, body, deed) or self._late(page, body, deed)

    def _early(self, page: Page, body: dict[str, str], deed: str) -> type[Exception] | str | None:
        slot = page.slot
        if deed == SEND and slot.state is ReportState.SUBMITTED and slot.holds(body):
            return AGAIN
        if deed == SEND and (page.writer is Writer.MANAGER or not self.may_type(slot, "done", page.writer)):
            return ForbiddenStepError
        drafted = page.writer is Writer.MANAGER and self.mode(slot) is AuthorshipMode.MANAGER_DRAFTS
        if deed == HAND_OVER and not drafted:
            return ForbiddenStepError
        return AGAIN if deed == HAND_OVER and slot.handed_over and slot.holds(body) else None

    def _late(self, page: Page, body: dict[str, str], deed: str) -> type[Exception] | None:
        slot = page.slot
        if not slot.is_open:
            return ForbiddenStepError
        changed = {key for key, text in body.items() if text != slot.text.get(key, "")}
        if not all(self.may_type(slot, key, page.writer) for key in changed):
            return ForbiddenError
        if clashes(page, body):
            return ClashError
        return UnseenError if deed == SEND and brought(page, body) else None

    def write(self, page: Page, body: dict[str, str], deed: str) -> None:
        """It is done."""
        slot = page.slot
        others = brought(page, body)
        text = slot.text | {key: words for key, words in body.items() if key not in others}
        last = slot.versions[-1] if slot.versions else None
        slot.handed_over = slot.handed_over or deed == HAND_OVER or self.takes_over(page, text)
        if last is not None and deed != SEND and filled(text) == filled(last.text):
            return
        if last is None or last.sent or last.author != page.owner:
            last = Version(page.owner, {})
            slot.versions.append(last)
        last.text, slot.version = text, slot.version + 1
        slot.state = slot.state or ReportState.DRAFT
        if deed == SEND:
            last.sent, slot.state = True, ReportState.SUBMITTED
            slot.first_sent = slot.first_sent or self.now

    def takes_over(self, page: Page, text: dict[str, str]) -> bool:
        """Whether the fellow writes into what the research manager drafts."""
        changed = {key for key in FOR_EVERYONE if text.get(key, "") != page.slot.text.get(key, "")}
        drafted = self.mode(page.slot) is AuthorshipMode.MANAGER_DRAFTS
        return page.writer is Writer.FELLOW and drafted and bool(changed)

    def reach(self, slot: Slot, *, everyone: bool, cascade: bool) -> list[Slot]:
        """The deadlines that staff look at together."""
        own = [one for one in self.slots.values() if everyone or one.fellow == slot.fellow]
        return [one for one in own if one.number == slot.number or (cascade and one.number > slot.number)]

    def bend(self, slot: Slot, reach: list[Slot], deed: Deed, days: int) -> None:
        """What becomes of these deadlines."""
        for one in reach:
            in_time = one.first_sent is not None and one.first_sent <= one.due
            if deed is Deed.RESTORE and (one.excused or not in_time):
                one.due, one.excused = one.planned, False
            elif deed is Deed.EXCUSE and one.number == slot.number and one.first_sent is None:
                one.due, one.excused = one.planned, True
            elif deed is Deed.EXTEND and not in_time and not (one.excused and one.number > slot.number):
                one.due, one.excused = max(one.planned, one.due + timedelta(days=days)), False


def filled(text: dict[str, str]) -> dict[str, str]:
    """What of it is no empty text."""
    return {key: words for key, words in text.items() if words}


def clashes(page: Page, body: dict[str, str]) -> frozenset[str]:
    """The sections that somebody else changed, and that are typed into here."""
    others = _unseen(page, body)
    return frozenset(key for key in others if [body[key]] != page.known.get(key, [])[:1])


def brought(page: Page, body: dict[str, str]) -> frozenset[str]:
    """The sections that only somebody else changed."""
    return _unseen(page, body) - clashes(page, body)


def _unseen(page: Page, body: dict[str, str]) -> frozenset[str]:
    """The sections in which another text stands than this page showed or sent."""
    text = page.slot.text
    differs = {key for key, words in body.items() if words != text.get(key, "")}
    return frozenset(key for key in differs if text.get(key, "") not in page.known.get(key, []))
