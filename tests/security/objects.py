"""What the addresses of the matrix speak of. What is "own" is the cast's fellow's."""

from datetime import timedelta

from program.access import Role
from program.extensions import db
from program.sign_in.services import mint_sign_in_link
from program.surveys.models import WaveKind, WaveState
from tests.factories import (
    NOW,
    make_account,
    make_cohort,
    make_draft,
    make_fellowship,
    make_report,
    make_wave,
    period_of,
)
from tests.scenarios import Cast


def objects_of(cast: Cast) -> dict[str, object]:
    """Ids and tokens by the names that the addresses use; an object of every kind, and in another cohort."""
    elsewhere = make_cohort(name="Winter 26")
    stranger = make_account(name="Jonas Kettler", roles=[Role.FELLOW])
    make_fellowship(stranger, elsewhere)
    closed_wave = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.INTAKE)
    closed_wave.state = WaveState.CLOSED
    db.session.flush()
    return {
        "cohort": cast.cohort.id,
        "open_period": period_of(cast.cohort, 5).id,
        "later_period": period_of(cast.cohort, 6).id,
        "foreign_period": period_of(elsewhere, 5).id,
        "report": make_report(cast.fellowship, number=4).id,
        "other_report": make_report(cast.other_fellowship, number=4).id,
        "draft": make_draft(cast.fellowship, number=3).id,
        "wave": make_wave(cast.cohort, staff=cast.staff).id,
        "planned_wave": make_wave(cast.cohort, kind=WaveKind.EXIT, opens_at=NOW + timedelta(days=1)).id,
        "foreign_wave": make_wave(elsewhere, staff=cast.staff).id,
        "closed_wave": closed_wave.id,
        "link": mint_sign_in_link(cast.fellow, now=NOW).rpartition("/")[2],
        "person": cast.fellow.id,
        "colleague": cast.staff.id,
    }
