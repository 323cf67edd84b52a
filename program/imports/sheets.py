"""The imports, and what was found in the rows of one, as sheets."""

from functools import partial

from program.access import Permission
from program.exports.services import Sheet
from program.imports.models import Import, ImportRow
from program.imports.plans import Verdict


def _count(verdict: Verdict, run: Import) -> int | None:
    return run.counts.get(verdict)


IMPORTS: Sheet[Import] = Sheet(
    "imports",
    Permission.IMPORT_RUN,
    {
        "file": lambda run: run.name,
        "rows are": lambda run: run.kind.value,
        "cohort": lambda run: run.cohort.name,
        "state": lambda run: run.state.value,
        **{verdict.value: partial(_count, verdict) for verdict in Verdict},
        "begun (UTC)": lambda run: run.created_at,
        "over (UTC)": lambda run: run.finished_at,
        "by": lambda run: run.created_by.name,
    },
)
ROWS: Sheet[ImportRow] = Sheet(
    "import rows",
    Permission.IMPORT_RUN,
    {
        "who": lambda row: row.label,
        "row": lambda row: row.number,
        "address": lambda row: row.address,
        "verdict": lambda row: row.verdict.value,
        "what is wrong": lambda row: " ".join(row.errors),
        "changes": lambda row: "; ".join(
            f"{label}: {before} → {after}" for label, before, after in row.changes
        ),
        "note": lambda row: row.note,
    },
)
