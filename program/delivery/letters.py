"""What a message is when it is written: a mail to the person of its notice."""

from collections.abc import Callable, Sequence
from datetime import datetime

from program.mail import Mail, render_mail
from program.notices.models import Notice

Letters = dict[int, Callable[[], Mail]]
Composer = Callable[[Sequence[Notice], datetime], Letters]


def letter(name: str, notice: Notice, now: datetime, **context: object) -> Mail:
    """The mail to the person of the notice, in their zone."""
    account = notice.account
    return render_mail(
        name,
        to_name=account.name,
        to_address=account.email,
        message_id=notice.message_id,
        zone_name=account.time_zone,
        now=now,
        **context,
    )
