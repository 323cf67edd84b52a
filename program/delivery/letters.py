"""What a message is when it is written: a mail to the person of its notice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from program.accounts.stopping import stop_url
from program.mail import Mail, render_mail
from program.notices.models import Notice
from program.notices.topics import topic_of
from program.preferences.topics import Topic
from program.succession.words import News

Letters = dict[int, Callable[[], Mail]]
Composer = Callable[[Sequence[Notice], datetime], Letters]


def letter(
    name: str, notice: Notice, now: datetime, *, topic: Topic | None = None, **context: object
) -> Mail:
    """The mail to the person of the notice, in their zone. It is about what the notice is, unless that is told."""
    account, topic = notice.account, topic or topic_of(notice)
    return render_mail(
        name,
        to_name=account.name,
        to_address=account.email,
        message_id=notice.message_id,
        stop_url=stop_url(account.id, topic) if topic.is_optional else "",
        chooses=account.joined_at is not None,
        zone_name=account.time_zone,
        now=now,
        **context,
    )


def told(notices: Sequence[Notice], now: datetime, news: Mapping[int, tuple[News, str]]) -> Letters:
    """A short mail for each notice of which there is news, by its id: what it says, and where it leads."""
    letters: Letters = {}
    for notice in notices:
        if notice.id in news:
            said, url = news[notice.id]
            letters[notice.id] = partial(letter, "news", notice, now, news=said, url=url)
    return letters
