"""Which messages are asked for."""

from program.forms import AnyOf, Form
from program.notices.models import NoticeState


class OutboxForm(Form):
    """Those in one state, or all. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    state = AnyOf("State", NoticeState)
