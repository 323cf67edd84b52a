"""Whose rows of the board to show."""

from wtforms import BooleanField

from program.board.queries import Asked
from program.fellows.places import PlacesForm


class BoardForm(PlacesForm):
    """What is given is looked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    look = BooleanField("Only those to look at")
    by_track = BooleanField("Put the fellows of a track together")

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves anybody out."""
        return any(field.data for field in (self.track, self.manager, self.mentor, self.look))

    @property
    def asked(self) -> Asked:
        """What the form asks for."""
        return Asked(self.wanted, by_track=bool(self.by_track.data), look=bool(self.look.data))
