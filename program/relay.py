"""The SMTP relay, and a kept connection to it: the only outward edge."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from program.config import Settings
from program.mail import Mail, compose
from program.smtp_codes import Said, Verdict, judge

TIMEOUT = 20.0
"""Seconds that the relay may take for one answer."""
LONG_TIMEOUT = 60.0
"""Seconds for the answer to a whole text, which many relays look through first."""
GONE = 421
"""The relay hangs up; that says nothing about the message."""
Answer = tuple[int, bytes]


class RefusedError(Exception):
    """The relay said no to this message: for now, for good, or to its address. Never Verdict.RELAY."""

    def __init__(self, reason: str, verdict: Verdict) -> None:
        super().__init__(reason)
        self.verdict = verdict

    @property
    def permanent(self) -> bool:
        """Whether it will say so again."""
        return self.verdict in (Verdict.NEVER, Verdict.BAD_ADDRESS)


class RelayDownError(Exception):
    """There is no relay to talk to; the message was not handed over."""


class UncertainError(Exception):
    """The connection broke after the text went out: nobody knows whether the message arrived."""


class Relay:
    """A kept connection to the SMTP relay."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.smtp: smtplib.SMTP | None = None

    def send(self, mail: Mail, *, before_handoff: Callable[[], bool], now: datetime) -> bool:
        """Hand the mail over; `before_handoff` is called when only its text is missing, and may call it off.

        Whether it was handed over. Raises ValueError (it is not a mail), RefusedError, RelayDownError (not handed
        over) or UncertainError.
        """
        sender = self.settings.mail_from
        text = compose(mail, sender=sender, now=now)
        with self._talking():
            _accepted(self._first(f"MAIL FROM:<{sender}>"), 2, Said.SENDER)
            smtp = self._open()
            answer = smtp.rcpt(mail.to_address)
            if answer[0] == GONE:
                self.close()
            _accepted(answer, 2, Said.RECIPIENT)
            if not before_handoff():
                smtp.rset()
                return False
            _accepted(smtp.docmd("DATA"), 3, Said.TEXT)
        self._hand_over(smtp, text)
        return True

    def probe(self) -> None:
        """Whether the relay would take mail from us; nothing is sent. Raises RelayDownError."""
        with suppress(RefusedError), self._talking():  # to say no for now is an answer
            _accepted(self._first(f"MAIL FROM:<{self.settings.mail_from}>"), 2, Said.SENDER)
            self._open().rset()

    def has(self, message_id: str) -> bool | None:
        """Whether the relay holds this message, where it can be asked (the XHAS extension); else None."""
        with self._talking():
            _staying(self._first("NOOP"))
            smtp = self._open()
            if not smtp.has_extn("xhas"):
                return None
            code, reply = smtp.docmd("XHAS", message_id)
            if code not in (250, 550):
                raise smtplib.SMTPResponseException(code, reply)
            return code == 250

    def close(self) -> None:
        """Let go of the connection."""
        if self.smtp is not None:
            self.smtp.close()
        self.smtp = None

    @contextmanager
    def _talking(self) -> Iterator[None]:
        """For commands after which the message is not handed over, whatever breaks.

        Nothing of a message that was begun is left on the connection: the next one would be refused for it.
        """
        try:
            yield
        except (RefusedError, RelayDownError):
            self._begin_anew()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise RelayDownError(f"no answer from the mail relay: {error}") from error
        except BaseException:
            self.close()
            raise

    def _first(self, command: str) -> Answer:
        """The answer to a first command. A kept connection that the relay has given up is replaced, once."""
        if self.smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                answer = self.smtp.docmd(command)
                if answer[0] != GONE:
                    return answer
            self.close()
        return _staying(self._open().docmd(command))

    def _hand_over(self, smtp: smtplib.SMTP, text: bytes) -> None:
        try:
            smtp.send(_as_data(text))
            _be_patient(smtp, LONG_TIMEOUT)
            answer = smtp.getreply()
            _be_patient(smtp, TIMEOUT)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise UncertainError(str(error)) from error
        except BaseException:
            self.close()
            raise
        with self._talking():  # whatever the answer is, it is known now
            _accepted(answer, 2, Said.TEXT)

    def _begin_anew(self) -> None:
        try:
            if self.smtp is not None:
                self.smtp.rset()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _open(self) -> smtplib.SMTP:
        if self.smtp is None:
            self.smtp = self._connect()
        return self.smtp

    def _connect(self) -> smtplib.SMTP:
        settings = self.settings
        place = (settings.smtp_host, settings.smtp_port)
        if settings.smtp_security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                *place, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(*place, timeout=TIMEOUT)
        try:
            self._begin(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _begin(self, smtp: smtplib.SMTP) -> None:
        """Say who we are. No word of ours follows in the clear where the relay will not encrypt."""
        settings = self.settings
        smtp.ehlo()
        if settings.smtp_security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if settings.smtp_user:
            smtp.login(settings.smtp_user, settings.smtp_password)


def _as_data(text: bytes) -> bytes:
    """The text as it follows DATA (RFC 5321, 4.5.2): leading dots doubled, and the lone dot at the end."""
    return re.sub(rb"(?m)^\.", b"..", text.removesuffix(b"\r\n")) + b"\r\n.\r\n"


def _be_patient(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _accepted(answer: Answer, kind: int, said: Said) -> None:
    """Raise RefusedError unless the answer is of this kind: 2 for done, 3 for go on.

    Raises RelayDownError where it says nothing about the message, and so does one that hangs up, unless that is
    because of too much mail to this one's domain.
    """
    code, reply = answer
    if code // 100 == kind:
        return
    words = reply.decode(errors="replace")
    verdict = judge(code, words, said=said)
    if verdict is Verdict.RELAY:
        raise RelayDownError(f"the mail relay takes nothing from us: {code} {words}")
    if said is not Said.RECIPIENT or verdict is not Verdict.SLOWER:
        _staying(answer)
    raise RefusedError(f"{code} {words}", verdict)


def _staying(answer: Answer) -> Answer:
    """The answer, unless it is that the relay hangs up."""
    if answer[0] == GONE:
        raise smtplib.SMTPServerDisconnected(answer[1].decode(errors="replace"))
    return answer
