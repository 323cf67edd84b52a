"""Signs of life that only the database can carry from one machine to another."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from program.columns import Base, UtcDateTime

BEAT = "beat"
"""The heartbeat of the schedule: beat rang, and a worker answered."""


class Heartbeat(Base):
    """When something that runs by itself last ran."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
