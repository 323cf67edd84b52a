"""What the page of a desk is made of: the desk, its form, the report before, and who reads what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Response, g, jsonify, request

from program import clock
from program.attachments.models import Attachment
from program.attachments.queries import list_attached, list_unseen
from program.authorship.modes import Audience, Writer
from program.commenting.forms import CommentForm, comment_form
from program.commenting.models import Comment
from program.commenting.queries import list_comments
from program.presentation import path_to
from program.reports.desks import Desk
from program.reports.forms import ReportForm, report_form, shown
from program.reports.merging import mark_of, merge
from program.reports.models import PlanItem, Report
from program.reports.queries import find_previous, latest_text
from program.typed import MARK


@dataclass(slots=True)
class Sheet:
    """A desk with its form on it. `theirs` is what somebody else left in the sections that both changed.

    `new_files` are those that somebody else attached after the page was opened.
    """

    desk: Desk
    form: ReportForm
    previous: Report | None
    comments: Sequence[Comment]
    theirs: dict[str, str] = field(default_factory=dict)
    new_files: Sequence[Attachment] = ()

    @property
    def address(self) -> dict[str, str]:
        """Where this page is read, saved, and sent or handed over."""
        desk = self.desk
        if desk.writer is Writer.FELLOW:
            names, values = ("desk", "save", "submit"), {"period_id": desk.period.id}
            says = "say"
        else:
            names, says = ("coach", "save_coached", "hand_over"), "coach"
            values = {"fellowship_id": desk.fellowship.id, "period_id": desk.period.id}
        urls = (path_to(f"writing.{name}", **values) for name in names)
        comment = path_to(f"commenting.{says}", **values)
        return {"comment": comment, **dict(zip(("page", "save", "send"), urls, strict=True))}

    @property
    def comment(self) -> CommentForm | None:
        """The form to say something beside the text, once there is some."""
        return comment_form(self.desk.sections)(formdata=None) if self.desk.report else None

    @property
    def plan(self) -> Sequence[PlanItem]:
        """What the report before planned."""
        return self.previous.plan if self.previous else ()

    @property
    def mentors(self) -> list[str]:
        """The names of the mentors to whom it goes."""
        today = g.now.date()
        held = (one.mentor for one in self.desk.fellowship.assignments if one.holds_on(today))
        return [mentor.name for mentor in held if mentor.account_id is not None]

    @property
    def readers(self) -> str:
        """Who sees a draft."""
        if self.desk.writer is Writer.MANAGER:
            return f"You and {self.desk.fellowship.account.name} see it, nobody else,"
        manager = self.desk.fellowship.research_manager
        return f"Only you and {manager.name} see it" if manager else "Nobody but you sees it"

    @property
    def shown_files(self) -> list[str]:
        """The marks of the files that the page showed."""
        return (self.form.files.data or "").split(",")

    def show_files(self) -> None:
        """The page shows the files that are there now, and which of them are new on it."""
        if self.desk.report:
            marks = self.shown_files
            self.new_files = list_unseen(self.desk.report.id, marks=marks, reader_id=g.account.id)
        self.form.files.raw_data = None
        self.form.files.process_data(_marks_of_files(self.desk))

    def put_together(self) -> None:
        """Lay both texts out: what only one changed is as they left it, what both changed stands side by side."""
        form, stored = self.form, self.desk.text
        self.show_files()
        both = merge(form.body, stored, form.marks)
        text = both.text | {key: form.body[key] for key in both.clashes}
        fresh: dict[str, Any] = {**shown(text, kind=form), "version": self.desk.version}
        fresh |= {name: mark for name, mark in shown(stored, kind=form).items() if name.startswith(MARK)}
        self.theirs = {key: stored.get(key, "") for key in both.clashes}
        for name, value in fresh.items():
            form[name].raw_data = None
            form[name].data = value


def lay_out(desk: Desk, *, sent: bool = False, complete: bool = False) -> Sheet:
    """The page of the desk: with what was `sent` to it, else with what stands in the report.

    It is `complete` if the sections that must be filled are to be.
    """
    before = find_previous(desk.fellowship.id, desk.period, plan=True)
    previous = before[0] if before else None
    kind = report_form(
        desk.sections,
        complete=complete and desk.may_type(Audience.EVERYONE),
        items=previous.plan if previous else (),
    )
    form = kind() if sent else kind(data=_begun(desk, kind))
    comments = list_comments(g.account, desk.report.id, now=g.now) if desk.report else ()
    return Sheet(desk, form, previous, comments)


def _begun(desk: Desk, kind: type[ReportForm]) -> dict[str, Any]:
    about = {"version": desk.version, "template": desk.template.id, "files": _marks_of_files(desk)}
    return shown(desk.text, kind=kind) | about


def _marks_of_files(desk: Desk) -> str:
    return ",".join(one.mark for one in list_attached(desk.report.id)) if desk.report else ""


def is_autosave() -> bool:
    """Whether a script saves while somebody types."""
    return "X-Autosave" in request.headers


def saved_answer(sheet: Sheet, report: Report) -> Response:
    """What the script is told: when it was saved, by which marks the page knows its texts, what others changed."""
    text, typed = latest_text(report), sheet.form.body
    return jsonify(
        saved=_clock_time(g.now),
        version=report.version,
        marks={key: mark_of(text.get(key, "")) for key in typed},
        brought={key: text.get(key, "") for key, words in typed.items() if text.get(key, "") != words},
    )


def _clock_time(now: datetime) -> str:
    return now.astimezone(clock.zone(g.account.time_zone)).strftime("%H:%M")
