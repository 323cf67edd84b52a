"""The half of the machine of reports that writes: desks are opened, saved late or twice, sent, handed over.

A step is done as the edge does it: one transaction that is committed, or rolled back if the domain says no.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.strategies import SearchStrategy
from sqlalchemy import select

from program.authorship.modes import Writer, may_see_draft
from program.cohorts.models import AuthorshipMode, Cohort
from program.errors import DomainError
from program.extensions import db
from program.reports.desks import Desk, get_coached_desk, get_desk
from program.reports.drafting import ClashError, UnseenError
from program.reports.merging import mark_of
from program.reports.models import Report, ReportState
from program.reports.services import hand_over_draft, save_draft, submit_report
from tests.databases import undone
from tests.reports.facts import Facts, check_kept, check_owners, check_shape, read_owed
from tests.reports.model import (
    AGAIN,
    AUDIENCES,
    FOR_EVERYONE,
    HAND_OVER,
    SAVE,
    SEND,
    Page,
    Slot,
    World,
    clashes,
)
from tests.reports.stage import PEOPLE, Stage
from tests.reports.verdicts import check_obligations, check_slots

Deed = TypeVar("Deed", bound=Callable[..., None])
STEPS: dict[str, Callable[..., Report]] = {SAVE: save_draft, SEND: submit_report, HAND_OVER: hand_over_draft}
WHERE = st.tuples(st.sampled_from(("fellow", "fellow", "other_fellow")), st.sampled_from((4, 5, 5, 6)))
WHO = st.sampled_from((None,) * 8 + PEOPLE)
"""Mostly whoever it is up to; else anybody."""
WRITERS = st.sampled_from((Writer.FELLOW, Writer.FELLOW, Writer.MANAGER))
RARELY = st.sampled_from((False, False, True))
TYPED = st.dictionaries(
    st.sampled_from(("done", "done", "plan", "asks", "how", "notes")), st.sampled_from("ABC"), max_size=2
)


def deed(weight: int, **draws: SearchStrategy[Any]) -> Callable[[Deed], Deed]:
    """Something that can happen, this often among the others, with what is drawn for it."""

    def marked(function: Deed) -> Deed:
        vars(function).update(weight=weight, draws=st.fixed_dictionaries(draws))
        return function

    return marked


class DeskMachine(RuleBasedStateMachine):
    """Reports of two fellows, in the database and in the model."""

    stage: ClassVar[Stage]
    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(undone())
        self.world: World = self.stage.world(AuthorshipMode.FELLOW_WRITES)
        self.pages: list[Page] = []
        self.words = 0
        self.before = Facts.read()

    def teardown(self) -> None:
        self.stack.close()

    @initialize(mode=st.sampled_from(AuthorshipMode))
    def begin(self, mode: AuthorshipMode) -> None:
        """The cohort writes in this mode."""
        for phase in self._cohort().phases:
            phase.authorship = mode
        db.session.commit()
        self.world.phase = mode

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """One thing happens; where there is nothing yet that it could happen to, something is written, or time passes."""
        kind = type(self)
        names = [name for name in dir(kind) for _time in range(getattr(getattr(kind, name), "weight", 0))]
        chosen = data.draw(st.sampled_from(names))
        taken = self.tally["steps"]
        for name in (chosen, "write_at_once"):
            if self.tally["steps"] == taken:
                what = getattr(self, name)
                what(**data.draw(what.draws, label=name))
        if self.tally["steps"] == taken:
            self.world.now += timedelta(minutes=11)
            self._stand("time passes")

    def _stand(self, what: str) -> None:
        self._try(what, lambda: None, None)
        self._check()

    def _try(self, deed: str, act: Callable[[], Any], expected: type[Exception] | str | None) -> bool:
        """Whether it was done; what came of it is what was to come of it, and nothing that must not."""
        try:
            act()
            db.session.commit()
            outcome: type[Exception] | None = None
        except DomainError as error:
            db.session.rollback()
            outcome = type(error)
        done, wanted = outcome is None, None if expected == AGAIN else expected
        self.tally["steps"] += 1
        self.tally[
            f"{deed}: {'again' if expected == AGAIN else outcome.__name__ if outcome else 'done'}"
        ] += 1
        assert outcome is wanted, f"{deed} came to {outcome}, not {wanted}"
        self.was, self.before = self.before, Facts.read()
        if not done or expected == AGAIN:
            assert self.before == self.was, f"{deed} was refused and changed something"
        return done and expected != AGAIN

    def _check(self) -> None:
        check_kept(self.was, self.before)
        check_shape(self.before)
        check_slots(self.world, self.stage, self.before)
        owed = read_owed(self.world.now)
        check_owners(owed, self.before, self.stage.players, now=self.world.now)
        check_obligations(owed, self.world, self.stage, self.before)

    def _cohort(self) -> Cohort:
        return self.stage.fellowship("fellow").cohort

    def _report(self, slot: Slot) -> Report | None:
        own, period = self.stage.fellowships[slot.fellow], self.stage.periods[slot.number]
        return db.session.scalars(select(Report).filter_by(fellowship_id=own, period_id=period)).first()

    @deed(3, where=WHERE, writer=WRITERS)
    def open_page(self, where: tuple[str, int], writer: Writer) -> None:
        """Somebody opens the desk, and leaves the page open."""
        self._open(where, writer)

    def _open(self, where: tuple[str, int], writer: Writer) -> Page | None:
        slot, world = self.world.slots[where], self.world
        owner = slot.fellow if writer is Writer.FELLOW else world.managers[slot.fellow]
        if world.now < slot.opens:
            return None
        drafted = slot.state in (None, ReportState.DRAFT, ReportState.RETURNED)
        seen = [key for key, who in AUDIENCES.items() if not drafted or may_see_draft(who, writer)]
        known = {key: [slot.text.get(key, "")] for key in seen}
        fields = frozenset(key for key in seen if world.may_type(slot, key, writer))
        typed = {key: texts[0] for key, texts in known.items()}
        page = Page(slot, writer, owner, slot.version, known, typed, fields)
        self.pages = [*self.pages[-5:], page]
        return page

    @deed(4, where=WHERE, writer=WRITERS, typed=TYPED, step=st.sampled_from((SAVE, SEND, HAND_OVER)))
    def write_at_once(self, where: tuple[str, int], writer: Writer, typed: dict[str, str], step: str) -> None:
        """Somebody opens the desk, types and presses."""
        page = self._open(where, writer)
        if page is not None:
            self._write(page, typed, step, answered=True)

    @deed(3, where=WHERE, writers=st.tuples(WRITERS, WRITERS), typed=st.tuples(TYPED, TYPED))
    def write_twice(
        self,
        where: tuple[str, int],
        writers: tuple[Writer, Writer],
        typed: tuple[dict[str, str], dict[str, str]],
    ) -> None:
        """Two open the desk before either saves: two people, or one with two tabs."""
        pages = [self._open(where, writer) for writer in writers]
        for page, words in zip(pages, typed, strict=True):
            if page is not None:
                self._write(page, words, SAVE, answered=True)

    @deed(6, pick=st.integers(0, 5), typed=TYPED, answered=st.booleans(), who=WHO, forged=RARELY)
    def save(
        self, pick: int, typed: dict[str, str], *, answered: bool, who: str | None, forged: bool
    ) -> None:
        """A page that was opened once is saved, and may not hear of it."""
        if self.pages:
            page = self.pages[pick % len(self.pages)]
            self._write(page, typed, SAVE, answered=answered, who=who, forged=forged)

    @deed(4, pick=st.integers(0, 5), typed=TYPED, step=st.sampled_from((SEND, SEND, HAND_OVER)), who=WHO)
    def press(self, pick: int, typed: dict[str, str], step: str, who: str | None) -> None:
        """Its button is pressed."""
        if self.pages:
            self._write(self.pages[pick % len(self.pages)], typed, step, answered=True, who=who)

    def _write(
        self,
        page: Page,
        typed: dict[str, str],
        step: str,
        *,
        answered: bool,
        who: str | None = None,
        forged: bool = False,
    ) -> None:
        fields = page.fields | (frozenset(page.known) if forged else frozenset())
        if step == SEND and not fields >= FOR_EVERYONE and page.writer is Writer.FELLOW:
            return  # a page without these fields has no such button
        page.typed |= {key: self._words(key, word) for key, word in typed.items() if key in fields}
        body = {key: page.typed[key] for key in fields}
        expected = self.world.answer(page, body, step, who or page.owner)
        marks = {key: ",".join(map(mark_of, texts)) for key, texts in page.known.items()}

        def act() -> None:
            actor = self.stage.account(who or page.owner)
            given = {"body": body, "version": page.version, "marks": marks, "now": self.world.now}
            STEPS[step](self._desk(page), actor=actor, **given)

        stood = dict(page.slot.text)
        done = self._try(f"{step} by the {page.writer.value}", act, expected)
        if done:
            self.world.write(page, body, step)
            self._check_written(page, stood, step)
        self._hear(page, body, expected, answered=answered)
        self._check()

    def _words(self, key: str, word: str) -> str:
        """A text of its own half of the time; C is an empty one."""
        self.words += 1
        if key == "how":
            return {"A": "3", "B": "7"}.get(word, "")
        return {"A": f"{key} {self.words}", "B": f"{key} as ever"}.get(word, "")

    def _desk(self, page: Page) -> Desk:
        actor, period_id = self.stage.account(page.owner), self.stage.periods[page.slot.number]
        if page.writer is Writer.FELLOW:
            return get_desk(actor, period_id, now=self.world.now)
        return get_coached_desk(
            actor, self.stage.fellowships[page.slot.fellow], period_id, now=self.world.now
        )

    def _check_written(self, page: Page, stood: dict[str, str], step: str) -> None:
        """No text is lost by it; and what is sent is what its fellow's page shows."""
        report = self._report(page.slot)
        assert report is not None
        versions = {
            number: (self.stage.name(author), {**body, **aside})
            for (own, number), (author, body, aside, *_rest) in self.before.versions().items()
            if own == report.id
        }
        last = len(versions)
        for key, old in stood.items():
            new = versions[last][1].get(key, "")
            kept = any(text.get(key, "") == old for number, (_who, text) in versions.items() if number < last)
            shown = versions[last][0] == page.owner and old in page.known.get(key, [])
            assert not old or new == old or kept or shown, f"“{old}” is lost"
        for key in page.known if step == SEND else ():
            assert versions[last][1].get(key, "") == page.typed[key], f"{key} is not what the page showed"

    def _hear(
        self, page: Page, body: dict[str, str], expected: type[Exception] | str | None, *, answered: bool
    ) -> None:
        """What the page knows afterwards; a clash lays both texts out, and loses neither."""
        if expected in (ClashError, UnseenError):
            both = {key: f"{page.slot.text.get(key, '')} {body[key]}" for key in clashes(page, body)}
            page.typed |= both
            page.is_answered(page.slot.version, page.slot.text, kept=frozenset(both) | self._own(page, body))
        elif not isinstance(expected, type):
            if answered:
                page.is_answered(page.slot.version, page.slot.text)
            else:
                page.is_not_answered(body)

    def _own(self, page: Page, body: dict[str, str]) -> frozenset[str]:
        """What only this page changed."""
        text = page.slot.text
        return frozenset(key for key in body if text.get(key, "") in page.known[key])
