"""What evaluations are to a person: the part of the catalogue that is about them.

They are about the fellow, and confidential towards them, as what staff note about them is: nothing of them is in what
the fellow takes home. Who writes one takes it home. Where the law gives a fellow the right to what was said of them,
staff answer, who can weigh the rights of whoever said it.
"""

from program.personal.holdings import Holding, Part

OF_EVALUATIONS = {
    "evaluation": Holding(
        "fellowship_id.account_id",
        withheld="comment wording led",
        replaced="comment",
        inner="id round_id fellowship_id author_id version saved_at sent_at",
        also=(
            Part(
                "evaluation_by",
                "What you wrote when you evaluated fellows",
                "author_id",
                "id round_id fellowship_id comment saved_at sent_at",
            ),
        ),
    ),
    "evaluation_report": Holding(inner="evaluation_id report_id"),
    "evaluation_round": Holding(inner="id cohort_id moment opens_at due_at"),
    "evaluation_score": Holding(
        "evaluation_id.fellowship_id.account_id",
        withheld="score evidence",
        replaced="evidence",
        inner="evaluation_id dimension",
        also=(
            Part(
                "evaluation_score_by",
                "How you scored them",
                "evaluation_id.author_id",
                "evaluation_id dimension score evidence",
            ),
        ),
    ),
}
