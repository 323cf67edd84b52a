"""Keeping what is searched, in the transaction of who submits."""

from collections.abc import Iterable
from functools import cache
from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from program.extensions import db
from program.fulltext.models import ReportText
from program.fulltext.words import words_of


def keep_text(report_id: int, texts: Iterable[str]) -> None:
    """From now on the report is found by the words of these texts, and by no others."""
    words = [word for text in texts for word in words_of(text)]
    db.session.execute(_keep(db.engine.dialect.name), {"report_id": report_id, "words": words})


@cache
def _keep(dialect: str) -> "sqlite.Insert | postgresql.Insert":
    kept = cast("Table", ReportText.__table__)
    if dialect == "sqlite":
        insert = sqlite.insert(kept)
        return insert.on_conflict_do_update(
            index_elements=["report_id"], set_={"words": insert.excluded.words}
        )
    other = postgresql.insert(kept)
    return other.on_conflict_do_update(index_elements=["report_id"], set_={"words": other.excluded.words})
