"""One step for many fellowships: who can take it, and who cannot and why, before anything is done. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from program.fellows.models import FellowshipStage
from program.fellows.stages import refusal, wants_reason


class Candidate(NamedTuple):
    """Somebody who was chosen for a step, as they stand."""

    fellowship_id: int
    name: str
    stage: FellowshipStage


@dataclass(frozen=True, slots=True)
class Preview:
    """What a step would do. `refused` names, for each cause, whom it keeps where they are."""

    step: FellowshipStage
    ready: Sequence[Candidate]
    refused: dict[str, list[Candidate]]

    @property
    def wants_reason(self) -> bool:
        """Whether the step is one back or out for anybody."""
        return any(wants_reason(one.stage, self.step) for one in self.ready)

    @property
    def seen(self) -> str:
        """What makes it the same preview: who would take the step, from where."""
        told = ",".join(f"{one.fellowship_id}:{one.stage}" for one in self.ready)
        return sha256(f"{self.step};{told}".encode()).hexdigest()[:24]

    def by_stage(self) -> dict[FellowshipStage, int]:
        """How many would come from each stage, in the order of the course."""
        counts = {stage: sum(one.stage is stage for one in self.ready) for stage in FellowshipStage}
        return {stage: count for stage, count in counts.items() if count}


def preview_step(candidates: Iterable[Candidate], step: FellowshipStage) -> Preview:
    """Sort the candidates into those who can take the step and those who cannot."""
    ready: list[Candidate] = []
    refused: dict[str, list[Candidate]] = {}
    for one in candidates:
        why = refusal(one.stage, step)
        (refused.setdefault(why, []) if why else ready).append(one)
    return Preview(step, ready, refused)
