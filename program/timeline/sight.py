"""How much of a fellowship's course each reader sees. Pure, from what the policy says of them."""

from dataclasses import dataclass

from program.fellows.models import FellowshipStage
from program.fellows.stages import IN_SELECTION

UNTOLD = frozenset({FellowshipStage.SHORTLISTED, FellowshipStage.WAITLISTED})
"""Stages of the selection that staff keep to themselves until they write to the person."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`reasons`: why, and who of the staff; `notes`: of hand-overs; `private`: how the fellow was chosen, why away."""

    reasons: bool
    notes: bool
    private: bool

    def stages(self) -> list[FellowshipStage]:
        """The stages whose steps are shown."""
        hidden = frozenset() if self.reasons else UNTOLD if self.private else IN_SELECTION
        return [stage for stage in FellowshipStage if stage not in hidden]

    def placed(self, stage: FellowshipStage) -> bool:
        """Whether mentors and research managers are shown: to somebody who is being chosen, that would tell."""
        return self.reasons or stage not in IN_SELECTION | {FellowshipStage.DECLINED}

    def stage_word(self, stage: FellowshipStage) -> str:
        """The present stage as it is called to the reader."""
        return stage.value if self.reasons or stage not in UNTOLD else FellowshipStage.APPLIED.value
