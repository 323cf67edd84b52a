"""What can go wrong in the domain. Each error is rendered once, in `web`."""

from typing import ClassVar


class DomainError(Exception):
    """Something a person asked for that cannot be done; its text says what happened and what to do."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "That did not work"


class NotFoundError(DomainError):
    """What does not exist and what a person may not see are the same to them."""

    status = 404
    title = "There is nothing here"


class ForbiddenError(DomainError):
    """A person is known and may see the thing, but may not do this to it."""

    status = 403
    title = "This is not yours to do"


class ForbiddenStepError(DomainError):
    """A state machine has no such step from where it stands."""

    status = 409
    title = "That step is not open"


class ConflictError(DomainError):
    """Somebody else, or another tab, saved first."""

    status = 409
    title = "This was changed somewhere else"


class InvalidLinkError(DomainError):
    """A sign-in link that is unknown, used or expired."""

    status = 410
    title = "This link no longer works"


class PasskeyRefusedError(DomainError):
    """What a browser answered to a passkey's question is not what it was asked for."""

    title = "That passkey was not taken"
