"""Which reports have the words: the one place that knows how each database searches."""

from typing import Any

from sqlalchemy import ColumnElement, Select, cast, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from program.extensions import db
from program.fulltext.models import INDEX, ReportText
from program.fulltext.words import Sought

_INDEX = table(INDEX, column("rowid"), column("rank"), column(INDEX))
MOST = 300
"""Reports that are found: of more, the latest."""


def matching(looked_for: Sought) -> tuple[Select[Any], ColumnElement[int]]:
    """The reports that hold all that is looked for, with how well; and the column of their numbers, to join by."""
    if db.engine.dialect.name == "postgresql":
        asked = cast(literal(_lexemes(looked_for)), TSQUERY)
        well = func.ts_rank(ReportText.words, asked, 1)
        key: Any = ReportText.report_id
        return select(key, well).select_from(ReportText).where(ReportText.words.op("@@")(asked)), key
    key = _INDEX.c.rowid
    asked_for = _INDEX.c[INDEX].op("MATCH")(_phrases(looked_for))
    return select(key, -_INDEX.c.rank).select_from(_INDEX).where(asked_for), key


def _lexemes(looked_for: Sought) -> str:
    begun = [f"'{looked_for.beginning}':*"] if looked_for.beginning else []
    return " & ".join([*(f"'{word}'" for word in looked_for.words), *begun])


def _phrases(looked_for: Sought) -> str:
    begun = [f'"{looked_for.beginning}"*'] if looked_for.beginning else []
    return " ".join([*(f'"{word}"' for word in looked_for.words), *begun])
