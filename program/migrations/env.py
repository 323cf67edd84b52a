"""Runs the migrations over the application's own connection."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Enum

from program.columns import Base, UtcDateTime
from program.extensions import db


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations speak of plain types, so that they do not change with the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    """Upgrade or downgrade, in one transaction where the database can."""
    with db.engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
