"""Who follows a mentor who withdraws, fellow by fellow, and why they go."""

from collections.abc import Sequence

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired

from program.forms import Form, line_field
from program.succession.queries import Share

PREFIX = "fellow-"
NOBODY = SelectChoice("", "nobody")


class WithdrawalForm(Form):
    """Why the mentor goes."""

    reason = line_field("Why they withdraw", limit=500)
    shares: tuple[Share, ...] = ()

    @property
    def heirs(self) -> dict[int, int]:
        """Who was chosen, by fellowship; a fellow for whom nobody is needed may have nobody."""
        chosen = {share.fellowship.id: self[f"{PREFIX}{share.fellowship.id}"].data for share in self.shares}
        return {fellowship_id: int(mentor) for fellowship_id, mentor in chosen.items() if mentor}


def withdrawal_form(shares: Sequence[Share]) -> type[WithdrawalForm]:
    """The form with a choice for each of these fellows; somebody has to follow where the mentor leads, now or later."""
    led_last = sorted(shares, key=lambda share: share.is_led)
    fields: dict[str, object] = {f"{PREFIX}{share.fellowship.id}": _choice(share) for share in led_last}
    return type("SuccessorsForm", (WithdrawalForm,), {**fields, "shares": tuple(shares)})


def _choice(share: Share) -> SelectField:
    name = share.fellowship.account.name
    first = SelectChoice("", "please choose") if share.is_led else NOBODY
    offered = [SelectChoice(str(one.mentor_id), f"{one.name} ({one.remark})") for one in share.successors]
    needed = [DataRequired(f"Please choose who mentors {name} from now on.")] if share.is_led else []
    beside = [str(one.mentor_id) for one in share.successors if one.remark == "co-mentor now"]
    default = beside[0] if len(beside) == 1 and share.is_led else ""
    return SelectField(f"Who mentors {name}", choices=[first, *offered], validators=needed, default=default)
