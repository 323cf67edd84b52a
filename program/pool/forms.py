"""Whom staff look for in the mentor pool, and what they write down of a mentor."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from urllib.parse import urlsplit

from wtforms import SelectChoice, SelectField, ValidationError  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.fields import EmailField
from wtforms.validators import Email, InputRequired, Length, Optional

from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.forms import Form, clean_line, line_field, text_field
from program.history.forms import DayField
from program.mentors.models import EngagementStage, Mentor
from program.mentors.queries import Wanted, find_mentor
from program.mentors.services import Entry
from program.organisations.models import Organisation
from program.organisations.queries import find_organisation

ANY = SelectChoice("", "any")
STAGES = [ANY, *(SelectChoice(stage.value, stage.value) for stage in EngagementStage)]
MOST_LINKS = 10
SCHEMES = {"http", "https"}


class PoolForm(Form):
    """Whom to look for in the whole pool. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    who = line_field("Name", required=False, limit=120)
    organisation = line_field("Organisation", required=False, limit=120, description="Any of its names")
    cohort = SelectField("Cohort", default="")
    stage = SelectField("Stage", choices=STAGES, default="")
    track = SelectField("Track", default="")
    owner = SelectField("Owner of the next step", default="")
    found: Organisation | None = None

    def __init__(
        self,
        *args: Any,
        cohorts: Iterable[Cohort],
        tracks: Iterable[str],
        owners: Iterable[Account],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cohort.choices = [ANY, *(SelectChoice(str(cohort.id), cohort.name) for cohort in cohorts)]
        self.owner.choices = [ANY, *(SelectChoice(str(owner.id), owner.name) for owner in owners)]
        self.track.choices = [ANY, *(SelectChoice(name, name) for name in tracks)]

    def validate_organisation(self, _field: object) -> None:
        """Keep which one it is. Raises ValidationError if there is none of this name."""
        if self.organisation.data:
            self.found = find_organisation(self.organisation.data)
            if self.found is None:
                raise ValidationError(
                    "There is no organisation with this name. Leave it empty to see all mentors."
                )

    @property
    def wanted(self) -> Wanted:
        """What the form asks for."""
        return Wanted(
            text=self.who.data or "",
            organisation_id=self.found.id if self.found else None,
            cohort_id=int(self.cohort.data) if self.cohort.data else None,
            stage=EngagementStage(self.stage.data) if self.stage.data else None,
            track=self.track.data or "",
            owner_id=int(self.owner.data) if self.owner.data else None,
        )


class MentorForm(Form):
    """What the pool holds of a mentor."""

    name = line_field("Name", limit=120)
    email = EmailField(
        "Mail address",
        filters=[clean_line],
        validators=[
            Optional(),
            Length(max=254, message="An e-mail address has at most 254 characters."),
            Email("This does not look like an e-mail address: it needs an @ and a domain."),
        ],
        description="Once they are confirmed, the way to sign in is mailed to it.",
    )
    organisation = line_field(
        "Organisation",
        required=False,
        limit=120,
        description="As the catalogue names it, or by another name it knows.",
    )
    expertise = text_field("Expertise", limit=2_000)
    links = text_field(
        "Links", limit=4_000, description="One a line, each beginning with http:// or https://."
    )
    notes = text_field("Notes", description="Only staff see these.")
    found: Organisation | None = None

    def __init__(self, *args: Any, mentor: Mentor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentor = mentor

    def validate_email(self, _field: object) -> None:
        """Raises ValidationError if another mentor has this address."""
        other = find_mentor(self.email.data) if self.email.data else None
        if other is not None and other is not self.mentor:
            raise ValidationError(f"{other.name} is in the pool with this address already.")

    def validate_organisation(self, _field: object) -> None:
        """Keep which one it is. Raises ValidationError if there is none of this name."""
        if self.organisation.data:
            self.found = find_organisation(self.organisation.data)
            if self.found is None:
                raise ValidationError(
                    "There is no organisation with this name: add it to the catalogue first."
                )

    def validate_links(self, _field: object) -> None:
        """Raises ValidationError that names the lines that are no address of a page."""
        lines = links_in(self.links.data or "")
        wrong = [line for line in lines if not is_link(line)]
        if wrong:
            raise ValidationError(
                f"Not the address of a page, with http:// or https://: {', '.join(wrong)[:200]}"
            )
        if len(lines) > MOST_LINKS:
            raise ValidationError(f"Please give at most {MOST_LINKS} links.")

    @property
    def entry(self) -> Entry:
        """What was typed."""
        return Entry(
            name=self.name.data or "",
            email=(self.email.data or "").lower() or None,
            organisation_id=self.found.id if self.found else None,
            expertise=self.expertise.data or "",
            links="\n".join(links_in(self.links.data or "")),
            notes=self.notes.data or "",
        )


def links_in(text: str) -> list[str]:
    """The lines of a text that hold anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_link(line: str) -> bool:
    """Whether it is the address of a page, which a browser may be sent to."""
    try:
        parts = urlsplit(line)
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.hostname) and not any(c.isspace() for c in line)


class AbsenceForm(Form):
    """Days on which a mentor is away."""

    starts_on = DayField("From", validators=[InputRequired("Please give the first day.")])
    ends_on = DayField("Until, that day included", validators=[InputRequired("Please give the last day.")])
    reason = line_field(
        "Why",
        required=False,
        limit=200,
        description="Staff read it, and the mentor who takes their data home.",
    )

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return cast("date", self.starts_on.data), cast("date", self.ends_on.data)

    def validate_ends_on(self, _field: object) -> None:
        """Raises ValidationError if it ends before it begins."""
        if self.starts_on.data and self.ends_on.data and self.ends_on.data < self.starts_on.data:
            raise ValidationError("The last day is before the first.")
