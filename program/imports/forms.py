"""What is imported into which cohort, which column is which, and who is who."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    ValidationError,
)
from wtforms.validators import Optional

from program.cohorts.models import Cohort
from program.forms import AnyOf, Form, clean_line
from program.imports.kinds import COLUMNS, ImportKind, missing_columns
from program.imports.models import ImportRow
from program.imports.plans import Verdict
from program.imports.reading import MOST_BYTES, Head, read_head
from program.imports.workbooks import UnreadableError

KINDS = {
    ImportKind.MENTORS: "Mentors: who is in the pool, and their part in the cohort",
    ImportKind.ENGAGEMENTS: "Engagements: stages and seats of mentors who are in the pool",
    ImportKind.FELLOWS: "Fellows: applications, and what became of them",
    ImportKind.ASSIGNMENTS: "Assignments: which fellow has which mentor",
}
NO_FILE = "Please choose a file."
TWICE = "Each column can be one thing only, and this one is chosen above."


class RowsForm(Form):
    """Which rows are asked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    verdict = AnyOf("Verdict", Verdict)


class StartForm(Form):
    """A sheet, what its rows are, and where they go."""

    kind = SelectField(
        "What are the rows?", choices=[SelectChoice(kind.value, told) for kind, told in KINDS.items()]
    )
    cohort = SelectField("Cohort")
    file = FileField(
        "File",
        description="XLSX or CSV, up to 1.9 MB: about 10,000 rows. Split a larger one, and repeat its row of headings.",
        render_kw={"accept": ".xlsx,.csv,.tsv,.txt,text/csv"},
    )
    head: Head
    content: bytes

    def __init__(self, *, cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cohort.choices = [SelectChoice(str(cohort.id), cohort.name) for cohort in cohorts]

    def validate_file(self, _field: object) -> None:
        """Find the heads of the sheet. Raises ValidationError for what is no sheet."""
        if not self.file.data:
            raise ValidationError(NO_FILE)
        if self.kind.data not in set(ImportKind):
            return
        self.content = self.file.data.read(MOST_BYTES + 1)
        try:
            self.head = read_head(self.content, ImportKind(self.kind.data))
        except UnreadableError as error:
            raise ValidationError(str(error)) from error

    @property
    def name(self) -> str:
        """What the file is called."""
        return (clean_line(self.file.data.filename) or "a file")[:120]


class ColumnsForm(Form):
    """For each column that the kind knows the one of the sheet that it is, if there is any."""

    kind: ImportKind

    @property
    def mapping(self) -> dict[str, int]:
        """The place of each column that was chosen, by its key."""
        places = {column.key: self[column.key].data for column in COLUMNS[self.kind]}
        return {key: int(place) for key, place in places.items() if place}

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Each column is one thing, and what is needed is there."""
        if not super().validate(extra_validators):
            return False
        taken: set[str] = set()
        for column in COLUMNS[self.kind]:
            field = self[column.key]
            if field.data and field.data in taken:
                field.errors = [TWICE]
            taken.add(field.data)
        self.form_errors = [
            f"No column is chosen for: {lacks}." for lacks in missing_columns(self.kind, self.mapping)
        ]
        return not (self.form_errors or any(self[column.key].errors for column in COLUMNS[self.kind]))


def columns_form(
    kind: ImportKind, heads: Sequence[str], samples: Sequence[Sequence[str]]
) -> type[ColumnsForm]:
    """The form for a sheet with these heads; each offers its first few values too."""
    shown = [SelectChoice(str(place), _told(place, head, samples)) for place, head in enumerate(heads)]
    choices = [SelectChoice("", "not in this sheet"), *shown]
    fields = {column.key: SelectField(column.label, choices=choices) for column in COLUMNS[kind]}
    return type("ColumnsForm", (ColumnsForm,), {"__doc__": ColumnsForm.__doc__, "kind": kind, **fields})


def _told(place: int, head: str, samples: Sequence[Sequence[str]]) -> str:
    values = (cells[place] for cells in samples if place < len(cells) and cells[place])
    examples = ", ".join(" ".join(value.split())[:24] for value in values)
    return f"{head or f'column {place + 1}'}{f' ({examples})' if examples else ''}"


class WhoForm(Form):
    """For each row of a page about somebody who may be known: who they are."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether somebody was chosen; to leave some for later is no fault."""
        good = bool(super().validate(extra_validators))
        if good and not self.chosen:
            self.form_errors = ["Nobody is chosen yet. Please say of one person at least who they are."]
        return good and bool(self.chosen)

    @property
    def chosen(self) -> dict[str, str]:
        """What was answered, by the number of the row."""
        answers = {name: field.data for name, field in self._fields.items() if name.startswith("row-")}
        return {name.removeprefix("row-"): answer for name, answer in answers.items() if answer}


def who_form(rows: Iterable[ImportRow]) -> type[WhoForm]:
    """The form for these rows."""
    fields = {
        f"row-{row.number}": RadioField(
            f"Row {row.number}: {row.label}",
            choices=[SelectChoice(value, told) for value, told in row.options],
            validators=[Optional()],
        )
        for row in rows
    }
    return type("WhoForm", (WhoForm,), {"__doc__": WhoForm.__doc__, **fields})


class ConfirmForm(Form):
    """That what is shown is to be done."""

    seen = HiddenField()
    leave_out = BooleanField("Leave out the rows that are wrong or asked about")
