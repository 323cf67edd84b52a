"""What staff write to a group, whom it is for, and that it is to be sent."""

from collections.abc import Iterable
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from program.accounts.models import Account
from program.announcements.audience import KINDS, OWES, PARTS, Owes, Part, Target
from program.announcements.models import PAGES, SUBJECT, TEXT, Announcement, Destination
from program.announcements.services import Writing
from program.cohorts.models import Track
from program.fellows.places import named
from program.forms import Form, find_row_id, line_field, row_id, text_field
from program.obligations.models import ObligationKind
from program.presentation import sentence

MOST_SEEN = 400_000
"""Characters that say who was looked at: a hundred thousand people."""
OF_PARTS = {
    Part.FELLOW: "Fellows",
    Part.MENTOR: "Mentors",
    Part.MANAGER: "Research managers",
}


class ChecksField(SelectMultipleField):
    """Several of these, by boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AnnouncementForm(Form):
    """Whom it is for, and what it says."""

    parts = ChecksField(
        "To",
        choices=[SelectChoice(part.value, words) for part, words in OF_PARTS.items()],
        validators=[DataRequired("Please choose whom it is for.")],
    )
    tracks = ChecksField(
        "Only on these tracks", coerce=row_id, description="On all tracks, if none is chosen."
    )
    manager = SelectField(
        "Only around the fellows of", default="", description="Those fellows, their mentors, and this person."
    )
    owes = RadioField(
        "Only those",
        choices=[SelectChoice(one.value, words) for one, words in OWES.items()],
        default=Owes.WHATEVER.value,
        validators=[InputRequired("Please choose who of them.")],
    )
    kinds = ChecksField(
        "Of what is owed, only",
        choices=[SelectChoice(kind.value, sentence(words)) for kind, words in KINDS.items()],
        description="Anything, if nothing is chosen.",
    )
    subject = line_field("Subject", limit=SUBJECT)
    text = text_field(
        "Text",
        required=True,
        limit=TEXT,
        description="Markdown. The mail begins with “Dear” and the name, and says at its end that you wrote it.",
    )
    leads_to = SelectField(
        "The button",
        choices=[SelectChoice(one.value, PAGES[one][0]) for one in Destination],
        default=Destination.HOME.value,
    )
    version = HiddenField(default="0", validators=[Length(max=9)])

    def __init__(self, *, offered: Iterable[Track], managers: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tracks.choices = [SelectChoice(str(track.id), track.name) for track in offered]
        self.manager.choices = named(managers, first=[SelectChoice("", "any research manager")])

    def validate_kinds(self, field: ChecksField) -> None:
        """Raises ValidationError if somebody it is for can owe none of it."""
        if field.data and (idle := self._target.idle):
            words = " and ".join(PARTS[part] for part in idle)
            raise ValidationError(
                f"{sentence(words)} never owe that. Leave them out, or choose something else."
            )

    def validate_leads_to(self, field: SelectField) -> None:
        """Raises ValidationError if the button would lead somebody to a page that is not theirs."""
        if field.data not in set(Destination):
            return
        theirs = PAGES[Destination(field.data)][2]
        if strangers := [part for part in self._target.parts if part not in theirs]:
            words = " and ".join(PARTS[part] for part in sorted(strangers))
            raise ValidationError(f"{sentence(words)} have no such page. Choose another one.")

    @property
    def writing(self) -> Writing:
        """What was typed, once it is known to be right."""
        subject, text = self.subject.data or "", self.text.data or ""
        return Writing(subject, text, Destination(self.leads_to.data), self._target)

    @property
    def based_on(self) -> int:
        """The version that was opened."""
        return find_row_id(self.version.data or "") or 0

    @property
    def _target(self) -> Target:
        owes = Owes(self.owes.data) if self.owes.data in set(Owes) else Owes.WHATEVER
        kinds = (
            {kind for kind in self.kinds.data or () if kind in set(KINDS)} if owes != Owes.WHATEVER else ()
        )
        return Target(
            frozenset(Part(part) for part in self.parts.data or () if part in set(Part)),
            frozenset(self.tracks.data or ()),
            find_row_id(self.manager.data or ""),
            owes,
            frozenset(ObligationKind(kind) for kind in kinds),
        )


def filled(one: Announcement) -> dict[str, Any]:
    """What the form of a draft holds."""
    manager = str(one.manager_id) if one.manager_id else ""
    return {
        "parts": one.parts,
        "tracks": one.track_ids,
        "manager": manager,
        "owes": one.owes.value,
        "kinds": one.kinds,
        "subject": one.subject,
        "text": one.text,
        "leads_to": one.leads_to.value,
        "version": str(one.version),
    }


class SendForm(Form):
    """A button; `seen` is the text and the people that were looked at."""

    seen = HiddenField(validators=[Length(max=MOST_SEEN)])
