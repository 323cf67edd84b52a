"""The other half of the machine of reports: mentors answer, staff move deadlines and people, the clock goes on, and back."""

from datetime import timedelta

from hypothesis import strategies as st

from program.answering.services import send_answers
from program.clock import today
from program.coaching.services import hand_over
from program.cohorts.models import AuthorshipMode
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.fellows.services import FellowError
from program.mentors.models import Engagement, EngagementStage
from program.postponing.changes import Deed, Wish
from program.postponing.queries import find_change
from program.postponing.services import change_deadlines
from program.ramp.services import change_mode
from program.reports.models import Report, ReportState
from program.reviews.models import Verdict
from program.reviews.services import comment_on_report, review_report
from program.succession.queries import list_shares
from program.succession.services import withdraw_mentor
from tests.reports.desk_machine import WHERE, DeskMachine, deed
from tests.reports.model import AGAIN, Slot
from tests.reports.stage import FELLOWS, MANAGERS, MENTORS

REVIEWERS = st.sampled_from((None, None, None, *MENTORS, "fellow", "manager", "staff"))
STAFF = st.sampled_from(("staff",) * 9 + ("manager", "mentor", "fellow"))
CLOCK = st.sampled_from([timedelta(minutes=m) for m in (7, 45, 180, 360)] + [timedelta(hours=-1)] * 3)
OUTCOME = {Verdict.ACCEPT: ReportState.ACCEPTED, Verdict.RETURN: ReportState.RETURNED}


class WholeMachine(DeskMachine):
    """The whole of it."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: dict[Wish, tuple[str, object]] = {}

    @deed(3, by=CLOCK)
    def pass_time(self, by: timedelta) -> None:
        """The clock goes on, or back an hour."""
        self.world.now += by
        self._stand("the clock goes on" if by > timedelta() else "the clock goes back")

    @deed(1, where=WHERE, beyond=st.sampled_from((-1, 0, 1)))
    def come_to_the_deadline(self, where: tuple[str, int], beyond: int) -> None:
        """It is a minute before it, the very moment, or a minute after it."""
        there = self.world.slots[where].due + timedelta(minutes=beyond)
        if timedelta() < there - self.world.now < timedelta(days=5):
            self.world.now = there
            self._stand("the deadline comes")

    @deed(
        6,
        where=WHERE,
        who=REVIEWERS,
        verdict=st.sampled_from(list(OUTCOME)),
        stale=st.booleans(),
        says=st.booleans(),
    )
    def decide(
        self, where: tuple[str, int], who: str | None, verdict: Verdict, *, stale: bool, says: bool
    ) -> None:
        """Somebody accepts or returns a report, perhaps from an old page."""
        slot = self.world.slots[where]
        report, number = self._report(slot), self._number(slot, stale=stale)
        if report is None:
            return
        name = who or self._mentor(slot)
        expected: type[Exception] | None = None
        if name not in self.stage.mentors_of(slot.fellow, self.world.now):
            expected = ForbiddenError
        elif slot.state is not ReportState.SUBMITTED:
            expected = ForbiddenStepError
        elif number != len(slot.versions):
            expected = ConflictError

        def act() -> None:
            given = {"answers": self._answers(report) if says else {}, "comment": "Read."}
            given |= {"actor": self.stage.account(name), "now": self.world.now}
            review_report(report, revision=report.revisions[number - 1], verdict=verdict, **given)

        if self._try(verdict.value, act, expected):
            slot.state, slot.version = OUTCOME[verdict], slot.version + 1
            slot.reviews.add((name, number))
        self._check()

    @deed(3, where=WHERE, who=REVIEWERS, stale=st.booleans())
    def comment(self, where: tuple[str, int], who: str | None, *, stale: bool) -> None:
        """A co-mentor answers beside the one who decided."""
        slot = self.world.slots[where]
        report = self._report(slot)
        number = max(1, slot.sent_number - stale)
        if report is None:
            return
        name = who or self._mentor(slot)
        expected: type[Exception] | None = None
        if name not in self.stage.mentors_of(slot.fellow, self.world.now):
            expected = ForbiddenError
        elif slot.state not in OUTCOME.values():
            expected = ForbiddenStepError
        elif number != slot.sent_number or (name, number) in slot.reviews:
            expected = ConflictError

        def act() -> None:
            given = {"comment": "I agree.", "actor": self.stage.account(name), "now": self.world.now}
            comment_on_report(report, revision=report.revisions[number - 1], **given)

        if self._try("comment", act, expected):
            slot.reviews.add((name, number))
        self._check()

    @deed(2, where=WHERE, who=REVIEWERS)
    def answer_asks(self, where: tuple[str, int], who: str | None) -> None:
        """Somebody answers what is open, whatever became of the report."""
        slot = self.world.slots[where]
        report = self._report(slot)
        if report is not None:
            name = who or self._mentor(slot)
            is_theirs = name in self.stage.mentors_of(slot.fellow, self.world.now)

            def act() -> None:
                given = {"answers": self._answers(report), "now": self.world.now}
                send_answers(report, actor=self.stage.account(name), **given)

            self._try("answer asks", act, None if is_theirs else ForbiddenError)
            self._check()

    @deed(
        3,
        where=WHERE,
        who=STAFF,
        kind=st.sampled_from((Deed.EXTEND, *Deed)),
        days=st.sampled_from((-1, 1, 2, 7)),
        reach=st.tuples(st.booleans(), st.booleans()),
        stale=st.booleans(),
    )
    def bend(
        self,
        where: tuple[str, int],
        who: str,
        kind: Deed,
        days: int,
        reach: tuple[bool, bool],
        *,
        stale: bool,
    ) -> None:
        """Staff move a deadline, excuse or take it back: as it was looked at, now or a while ago."""
        slot, (cascade, everyone) = self.world.slots[where], reach
        own = None if everyone else frozenset({self.stage.fellowships[slot.fellow]})
        wish = Wish(kind, self.stage.periods[slot.number], own, days=days, cascade=cascade)
        reached = self.world.reach(slot, everyone=everyone, cascade=cascade and kind is not Deed.EXCUSE)
        picture = [one.picture for one in reached]
        if not stale or wish not in self.looked:
            self.looked[wish] = (find_change(self._cohort(), wish).digest, picture)
        digest, seen = self.looked[wish]
        expected = ForbiddenError if who != "staff" else None if seen == picture else ConflictError

        def act() -> None:
            given = {"reason": "Asked.", "seen": digest, "actor": self.stage.account(who)}
            change_deadlines(self._cohort(), wish=wish, now=self.world.now, **given)

        if self._try(kind.value, act, expected):
            self.world.bend(slot, reached, kind, days)
        self._check()

    @deed(
        1,
        fellow=st.sampled_from(FELLOWS),
        who=STAFF,
        mode=st.sampled_from(AuthorshipMode),
        days=st.integers(0, 9),
    )
    def change_ramp(self, fellow: str, who: str, mode: AuthorshipMode, days: int) -> None:
        """Staff say who writes from a day on."""
        day = today(self.world.now, "Europe/London") + timedelta(days=days)

        def act() -> None:
            given = {"reason": "New.", "actor": self.stage.account(who), "now": self.world.now}
            change_mode(self.stage.fellowship(fellow), starts_on=day, mode=mode, **given)

        if self._try("change the ramp", act, None if who == "staff" else ForbiddenError):
            self.world.overrides[fellow][day] = mode
        self._check()

    @deed(1, fellow=st.sampled_from(FELLOWS), who=STAFF, to=st.sampled_from(MANAGERS))
    def change_manager(self, fellow: str, who: str, to: str) -> None:
        """A fellow is handed over to the other research manager."""
        same = FellowError if self.world.managers[fellow] == to else None

        def act() -> None:
            given = {"note": "", "actor": self.stage.account(who), "now": self.world.now}
            hand_over([self.stage.fellowship(fellow)], self._cohort(), to=self.stage.account(to), **given)

        if self._try("change the manager", act, same if who == "staff" else ForbiddenError):
            self.world.managers[fellow] = to
        self._check()

    @deed(1, who=STAFF, mentor=st.sampled_from(MENTORS), heir=st.sampled_from((None, *MENTORS)))
    def withdraw(self, who: str, mentor: str, heir: str | None) -> None:
        """A mentor withdraws; somebody follows, if they can and if they must."""
        engagement = db.session.get_one(Engagement, self.stage.engagements[mentor])
        shares = list_shares(engagement, now=self.world.now)
        heirs = {one.fellowship.id: self.stage.mentors[heir] for one in shares if heir}
        lacking = any(one.is_led for one in shares) if heir is None else False
        unfit = any(
            heirs.get(one.fellowship.id) not in {None, *(other.mentor_id for other in one.successors)}
            for one in shares
        )
        gone = AGAIN if engagement.stage is EngagementStage.WITHDRAWN else None
        expected = (
            ForbiddenError if who != "staff" else gone or (ForbiddenStepError if lacking or unfit else None)
        )

        def act() -> None:
            part = db.session.get_one(Engagement, self.stage.engagements[mentor])
            given = {"reason": "Ill.", "actor": self.stage.account(who), "now": self.world.now}
            withdraw_mentor(part, heirs=heirs, **given)

        if self._try("withdraw", act, expected):
            left = set().union(*(self.stage.mentors_of(one, self.world.now) for one in FELLOWS))
            assert mentor not in left, "who withdrew still mentors"
        self._check()

    def _number(self, slot: Slot, *, stale: bool) -> int:
        """The version that stands on the page of whoever answers."""
        return max(1, slot.sent_number - stale)

    def _mentor(self, slot: Slot) -> str:
        """Somebody who mentors the fellow today."""
        return min(self.stage.mentors_of(slot.fellow, self.world.now))

    def _answers(self, report: Report) -> dict[int, str]:
        return {ask.id: "Yes." for ask in report.asks}
