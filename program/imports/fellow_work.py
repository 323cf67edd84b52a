"""Writing what rows about fellows say."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import insert

from program.access import Role
from program.accounts.models import Account
from program.accounts.services import create_accounts
from program.audit.models import Tag
from program.audit.services import record
from program.clock import today
from program.cohorts.models import Cohort
from program.extensions import db, insert_missing
from program.fellows.models import Fellowship, FellowshipStage, FellowshipStep, Handover
from program.imports.fellow_rows import FellowWork
from program.imports.known import batches
from program.imports.models import OtherAddress
from program.imports.plans import Planned, told_of
from program.people.services import change_roles


def write_fellows(
    planned: Sequence[Planned], *, cohort: Cohort, reason: str, actor: Account, now: datetime
) -> None:
    """Accounts without an invitation, places with their stages, and what changed about those that were there."""
    todo = [(row, row.work) for row in planned if isinstance(row.work, FellowWork)]
    people = _people_of(todo, cohort=cohort, actor=actor, now=now)
    for batch in batches(todo):
        placed = [
            (work, _place(work, people[row.number], cohort))
            for row, work in batch
            if work.match.same_as is None
        ]
        db.session.flush()
        steps = [
            step
            for work, place in placed
            for step in _record(work, place, reason=work.reason or reason, actor=actor, now=now)
        ]
        if steps:
            db.session.execute(insert(FellowshipStep), steps)
        _hand_over([work for work, _place in placed], note=reason, actor=actor, now=now)
    for row, _work in todo:
        row.account_id = people[row.number].id
    others = [
        {"address": work.address, "account_id": people[row.number].id, "mentor_id": None}
        for row, work in todo
        if work.match.is_new_address
    ]
    insert_missing(OtherAddress, others)


def _people_of(
    todo: Sequence[tuple[Planned, FellowWork]], *, cohort: Cohort, actor: Account, now: datetime
) -> dict[int, Account]:
    """The account of each row, made where there is none; each has the role of a fellow."""
    fresh = [(row, work) for row, work in todo if work.match.known is None and work.match.same_as is None]
    made = create_accounts(
        {work.address: work.name for _row, work in fresh},
        roles=[Role.FELLOW],
        time_zone=cohort.time_zone,
        actor=actor,
        now=now,
    )
    people = {row.number: account for (row, _work), account in zip(fresh, made, strict=True)}
    for row, work in todo:
        if work.match.known is not None:
            people[row.number] = work.match.known
            if (
                work.place is None
                and work.match.same_as is None
                and Role.FELLOW not in work.match.known.roles
            ):
                roles = work.match.known.roles | {Role.FELLOW}
                change_roles(work.match.known, roles=roles, actor=actor, now=now)
        elif work.match.same_as is not None:
            people[row.number] = people[work.match.same_as]
    return people


def _place(work: FellowWork, account: Account, cohort: Cohort) -> Fellowship:
    """The fellowship as the row wants it."""
    if work.new_name:
        account.name = work.new_name
    place = work.place or Fellowship(account=account, cohort=cohort, stage=work.course[-1])
    for wish in work.wishes:
        setattr(place, wish.attribute, wish.after)
    if work.place is None:
        db.session.add(place)
    return place


def _record(
    work: FellowWork, place: Fellowship, *, reason: str, actor: Account, now: datetime
) -> list[dict[str, Any]]:
    """Write down what was done; the steps that were taken, to be written too."""
    subject = ("fellowship", place.id)
    if work.place is None:
        begun = {"stage": place.stage}
        record(Tag.FELLOWSHIP_ADD, actor_id=actor.id, subject=subject, now=now, after=begun)
    elif work.wishes:
        was, now_is = told_of(work.wishes)
        record(Tag.FELLOWSHIP_CHANGE, actor_id=actor.id, subject=subject, now=now, before=was, after=now_is)
    if work.new_name:
        person, after = ("account", place.account_id), {"name": work.new_name}
        record(Tag.ACCOUNT_UPDATE, actor_id=actor.id, subject=person, now=now, after=after)
    if not work.course:
        return []
    before = place.stage if work.place else None
    way: list[FellowshipStage | None] = [before, *work.course]
    if work.place is not None:
        place.stage = work.course[-1]
        stood, stands = {"stage": before}, {"stage": place.stage}
        record(Tag.FELLOWSHIP_STEP, actor_id=actor.id, subject=subject, now=now, before=stood, after=stands)
    about = {"fellowship_id": place.id, "at": now, "by_id": actor.id, "reason": reason}
    return [{"from_stage": one, "to_stage": other, **about} for one, other in pairwise(way)]


def _hand_over(worked: Sequence[FellowWork], *, note: str, actor: Account, now: datetime) -> None:
    """Who was in somebody's care, or in nobody's, and is in another's now, was handed over to them."""
    for work in worked:
        wish = next((wish for wish in work.wishes if wish.attribute == "research_manager"), None)
        if work.place is None or wish is None:
            continue
        before, after = wish.before.id if wish.before else None, wish.after.id
        handed = {"from_id": before, "to_id": after, "note": note, "by_id": actor.id, "at": now}
        day = today(now, work.place.cohort.time_zone)
        db.session.add(Handover(fellowship_id=work.place.id, day=day, **handed))
        subject, was, now_is = (
            ("fellowship", work.place.id),
            {"research_manager": before},
            {"research_manager": after},
        )
        record(Tag.HANDOVER, actor_id=actor.id, subject=subject, now=now, before=was, after=now_is)
