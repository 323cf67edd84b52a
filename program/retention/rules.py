"""What is deleted when: one readable table. Nothing else deletes what is old."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, func, or_, select
from sqlalchemy.orm import aliased

from program.accounts.models import Account, AccountRole
from program.alerts.models import Alert, AlertState
from program.audit.services import count_prunable, prune_audit
from program.bounces.models import SuppressedAddress
from program.bundles.models import Bundle, BundlePart
from program.columns import Base
from program.config import Settings
from program.extensions import db
from program.fellows.models import Fellowship
from program.imports.models import Import, ImportFile, ImportRow
from program.invitations.models import Invitation, InvitationState
from program.names.keeping import keep_parts
from program.notices.models import Notice, NoticeState
from program.reports.models import Report
from program.retention.over import (
    OF_A_DRAFT,
    OF_AN_APPLICATION,
    Dependants,
    is_forgotten_draft,
    is_old_application,
)
from program.sign_in.models import SignInLink, SignInSession

BATCH = 1_000
"""Rows that are deleted by one statement."""
NOT_ACCEPTED = (InvitationState.WAITING, InvitationState.WITHDRAWN)
OF_AN_INVITED = (
    (Invitation, Invitation.account_id),
    (AccountRole, AccountRole.account_id),
    (SuppressedAddress, SuppressedAddress.account_id),
    (Notice, Notice.account_id),
)
"""What is there of somebody because they were invited."""
SAID = (AlertState.SENT, AlertState.CANCELLED, AlertState.FAILED)
DONE = (NoticeState.SENT, NoticeState.CANCELLED, NoticeState.FAILED)


@dataclass(frozen=True, slots=True)
class Rule:
    """`what` is for people; `setting` names the days; `is_old` says of a row of `model` whether it goes.

    `dependants` are deleted with it, in this order: each is a model and the column that leads to the row.
    """

    name: str
    what: str
    setting: str
    model: type[Base]
    is_old: Callable[[datetime], ColumnElement[bool]]
    dependants: Dependants = ()

    def count(self, before: datetime) -> int:
        """How many rows would go."""
        query = select(func.count()).select_from(self.model).where(self.is_old(before))
        return db.session.scalar(query) or 0

    def delete(self, before: datetime, *, now: datetime) -> int:  # noqa: ARG002 - as of the record's rule
        """Delete the rows, a batch at a time; how many there were."""
        key = self.model.__table__.c.id
        gone = 0
        while ids := [*db.session.scalars(select(key).where(self.is_old(before)).order_by(key).limit(BATCH))]:
            for model, column in self.dependants:
                db.session.execute(delete(model).where(column.in_(ids)))
            db.session.execute(delete(self.model).where(key.in_(ids)))
            keep_parts(self.model, ids)
            gone += len(ids)
        return gone


@dataclass(frozen=True, slots=True)
class RecordRule:
    """The record of what was done goes from its beginning on, so that what stays is whole."""

    name: str
    what: str
    setting: str

    def count(self, before: datetime) -> int:
        """How many events would go."""
        return count_prunable(before=before)

    def delete(self, before: datetime, *, now: datetime) -> int:
        """Delete the events; how many there were."""
        return prune_audit(before=before, now=now)


def _never_joined(before: datetime) -> ColumnElement[bool]:
    """Whether an account waits for somebody whose invitation ran out or was withdrawn before this time.

    One that anything else names, such as an entry in the mentor pool, stays, and so does its invitation: without it
    nobody could send that person a link again. The newest account stays until there is a newer one: SQLite would
    give its number to the next person, and with it what the record says of it.
    """
    other = aliased(Account)
    ended = Invitation.state.in_(NOT_ACCEPTED) & (Invitation.expires_at < before)
    waits = Account.joined_at.is_(None) & (Account.id < select(func.max(other.id)).scalar_subquery())
    waits &= select(Invitation.id).where(Invitation.account_id == Account.id, ended).exists()
    for column in _names_of_accounts():
        waits &= ~select(column).where(column == Account.id).exists()
    return waits


def _names_of_accounts() -> list[Column[Any]]:
    """Every column of every table that can name an account, but for what goes with somebody who was invited."""
    going = {model.__table__.c.account_id for model, _column in OF_AN_INVITED}
    key = db.metadata.tables[Account.__tablename__].c.id
    columns = (column for table in db.metadata.sorted_tables for column in table.columns)
    return [column for column in columns if column.references(key) and column not in going]


RULES: tuple[Rule | RecordRule, ...] = (
    Rule(
        "sign_in_links",
        "Links to sign in, after they ran out",
        "sign_in_days",
        SignInLink,
        lambda before: SignInLink.expires_at < before,
    ),
    Rule(
        "sessions",
        "Where people were signed in, after it ended",
        "sign_in_days",
        SignInSession,
        lambda before: or_(SignInSession.ended_at < before, SignInSession.expires_at < before),
    ),
    Rule(
        "notices",
        "Mails that were sent, cancelled or failed",
        "notice_days",
        Notice,
        lambda before: Notice.state.in_(DONE) & (Notice.created_at < before),
    ),
    Rule(
        "addresses",
        "Addresses that no mail went to: it is tried again",
        "notice_days",
        SuppressedAddress,
        lambda before: SuppressedAddress.at < before,
    ),
    Rule(
        "alerts",
        "Alerts to staff that were said, dropped or given up",
        "notice_days",
        Alert,
        lambda before: Alert.state.in_(SAID) & (Alert.created_at < before),
    ),
    Rule(
        "drafts",
        "Drafts of reports that were never sent, after their cohort is over",
        "draft_days",
        Report,
        is_forgotten_draft,
        OF_A_DRAFT,
    ),
    Rule(
        "applications",
        "Applications that were not taken up, after their cohort is over",
        "application_days",
        Fellowship,
        is_old_application,
        OF_AN_APPLICATION,
    ),
    Rule(
        "invitations",
        "People who were invited and never joined, after their invitation ended",
        "invitation_days",
        Account,
        _never_joined,
        OF_AN_INVITED,
    ),
    Rule(
        "imports",
        "Files that were to be imported and were not applied",
        "import_days",
        ImportFile,
        lambda before: ImportFile.id.in_(select(Import.id).where(Import.created_at < before)),
    ),
    Rule(
        "import_rows",
        "What was found in the rows of imports",
        "import_days",
        ImportRow,
        lambda before: ImportRow.import_id.in_(select(Import.id).where(Import.created_at < before)),
    ),
    Rule(
        "bundles",
        "Reports of a cohort as one file",
        "bundle_days",
        Bundle,
        lambda before: Bundle.created_at < before,
        ((BundlePart, BundlePart.bundle_id),),
    ),
    RecordRule("record", "The record of what was done", "audit_days"),
)


def days_of(rule: Rule | RecordRule, settings: Settings) -> int:
    """How long the rule keeps what it is about, in days."""
    days: int = getattr(settings, rule.setting)
    return days


def cutoff_of(rule: Rule | RecordRule, settings: Settings, now: datetime) -> datetime:
    """What is older than this goes."""
    return now - timedelta(days=days_of(rule, settings))
