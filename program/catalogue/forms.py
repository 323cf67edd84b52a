"""What staff say of an organisation, and what they look for in the catalogue."""

from typing import Any

from wtforms import SelectChoice, SelectField, ValidationError  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, NumberRange, Optional

from program.forms import Form, NumberField, line_field
from program.organisations.models import Organisation, Sector
from program.organisations.queries import Sorting, who_is_called

LONGEST_NAME = 120
LARGEST_ID = 2**31 - 1
SECTORS = [SelectChoice(sector.value, sector.word) for sector in Sector if sector is not Sector.UNSORTED]


class CatalogueForm(Form):
    """What is given is looked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    named = line_field("Any part of a name or alias", required=False, limit=LONGEST_NAME)
    sector = SelectField("Sector", choices=[SelectChoice("", "any"), *SECTORS], default="")
    sorting = SelectField(
        "Entries",
        choices=[SelectChoice("", "all"), *(SelectChoice(s.value, s.value) for s in Sorting)],
        default="",
    )

    @property
    def search(self) -> dict[str, Any]:
        """What `list_entries` is asked for."""
        return {
            "typed": self.named.data or "",
            "sector": Sector(self.sector.data) if self.sector.data else None,
            "sorting": Sorting(self.sorting.data) if self.sorting.data else None,
        }


class NamedForm(Form):
    """A form with a name that nothing in the catalogue may have, unless it is the `entry` whose own name it is."""

    def __init__(self, *, entry: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.entry = entry

    def validate_name(self, field: Any) -> None:
        """Refuses a name that leads to an entry already, and says to which."""
        if elsewhere := who_is_called(field.data, besides=self.entry):
            raise ValidationError(elsewhere)


class EntryForm(NamedForm):
    """An entry of the catalogue."""

    name = line_field("Name", limit=LONGEST_NAME)
    sector = SelectField("Sector", choices=[SelectChoice("", "Please choose"), *SECTORS], default="")

    def validate_sector(self, field: SelectField) -> None:
        """It has to be chosen."""
        if not field.data:
            raise ValidationError("Please choose what sort of organisation it is.")

    @property
    def chosen(self) -> Sector:
        """The sector that was chosen."""
        return Sector(self.sector.data)


class AliasForm(NamedForm):
    """One more name of an entry."""

    name = line_field("Another name for it", limit=LONGEST_NAME)


class NearForm(Form):
    """Which entry another may be the same as. It changes nothing: make it with NO_TOKEN."""

    named = line_field("Any part of the name of the entry that stays", required=False, limit=LONGEST_NAME)
    into = NumberField("Into", validators=[Optional(), NumberRange(min=1, max=LARGEST_ID)])


class MergeForm(Form):
    """Into which entry another is merged."""

    into = NumberField(
        "Into", validators=[DataRequired("Choose the entry that stays."), NumberRange(min=1, max=LARGEST_ID)]
    )
