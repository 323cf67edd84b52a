"""One worker's work: handing over, and writing down what the relay took."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from program.delivery import claims
from program.delivery.writing import Envelope
from program.extensions import db
from program.relay import Relay

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Run:
    """One worker's work, batch by batch. `taken` was accepted by the relay and is not yet written down."""

    relay: Relay
    clock: Clock
    lease: timedelta
    token: str = ""
    taken: Sequence[int] = ()
    sent: int = 0

    def write_down(self) -> None:
        """Commit what the relay took."""
        if self.taken:
            claims.mark_sent(self.taken, self.token, now=self.clock())
        db.session.commit()
        self.sent += len(self.taken)
        self.taken = ()

    def hand_over(self, envelope: Envelope) -> bool:
        """Send one message, unless the lease has ended; whether it was sent.

        The mark of its hand-off is committed with what was taken before it.
        """

        def before_handoff() -> bool:
            ours = claims.mark_handoff(envelope.notice_ids, self.token, lease=self.lease, now=self.clock())
            self.write_down()
            return ours

        sent = self.relay.send(envelope.mail, before_handoff=before_handoff, now=self.clock())
        if sent:
            self.taken = envelope.notice_ids
        return sent
