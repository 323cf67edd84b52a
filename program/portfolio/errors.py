"""What can be wrong with the shares of a cohort."""

from collections.abc import Sequence
from typing import ClassVar

from program.errors import DomainError


class SharesError(DomainError):
    """Shares that cannot add up, or a track that cannot go: each fault says what to do."""

    status: ClassVar[int] = 422
    title: ClassVar[str] = "These shares cannot add up"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)
