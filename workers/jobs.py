"""Working off what waits, one piece after another, a commit after each step."""

import logging
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from program.extensions import db

logger = logging.getLogger(__name__)


class Leased(Protocol):
    """A row that a worker holds by a lease."""

    @property
    def id(self) -> int: ...
    @property
    def lease_token(self) -> str | None: ...


Job = TypeVar("Job", bound=Leased)


def work_off(
    *,
    claim: Callable[[], Job | None],
    work: Callable[[Job], Iterable[object]],
    fail: Callable[[int, str, Exception], object],
) -> int:
    """Claim and work until nothing waits, a commit after each step so that pages show progress; how many.

    Whatever breaks is kept with the piece (told by its id and the lease it was held by) and ends the round.
    """
    done = 0
    while job := claim():
        key, token = job.id, job.lease_token or ""
        db.session.commit()
        try:
            for _step in work(job):
                db.session.commit()
        except Exception as error:  # noqa: BLE001 - whatever broke is kept with the job, and tried again
            db.session.rollback()
            logger.warning("a piece of work broke", extra={"error": type(error).__name__})
            fail(key, token, error)
            break
        done += 1
    return done
