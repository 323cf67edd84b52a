"""Changing the tracks of a cohort and what they are meant to have of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort, Track, TrackGroup
from program.cohorts.states import check_changeable
from program.errors import ConflictError
from program.extensions import db, flush_or_conflict
from program.portfolio.errors import SharesError
from program.portfolio.queries import count_users, lock_shaped
from program.portfolio.shares import GroupTarget, Target, faults_of, per_cent

MEANWHILE = "Somebody else changed these tracks at the same time. Please look at them again."


@dataclass(frozen=True, slots=True)
class WantedTrack:
    """A track as it is to be: one that there is, by its id, or a new one."""

    target: Target
    track_id: int | None = None


def print_of(cohort: Cohort) -> int:
    """What tells the tracks and groups of a cohort, as they are, from any others."""
    groups = [(group.id, _target(group), [track.id for track in group.tracks]) for group in cohort.groups]
    shown = repr([*((track.id, track.position, _target(track)) for track in cohort.tracks), *groups])
    return int.from_bytes(sha256(shown.encode()).digest()[:4])


def change_tracks(
    cohort: Cohort, *, wanted: Sequence[WantedTrack], seen: int | None, actor: Actor, now: datetime
) -> None:
    """The cohort has these tracks in this order, and no others; `seen` is the print of those they were changed from.

    Raises, with nothing changed, ForbiddenStepError if the cohort is archived, ConflictError if the tracks are others
    by now, and SharesError if the shares cannot add up or somebody stands on a track that would go.
    """
    require(actor, Permission.COHORT_CHANGE, cohort, now=now)
    _hold(cohort)
    if [item.target for item in wanted] == [_target(track) for track in cohort.tracks]:
        return
    if seen != print_of(cohort):
        raise ConflictError(MEANWHILE)
    own = {track.id: track for track in cohort.tracks}
    gone = [track for track in cohort.tracks if track.id not in {item.track_id for item in wanted}]
    _check(_used(gone) or faults_of([item.target for item in wanted], _groups(cohort, wanted)))
    before = _written(cohort)
    for group in cohort.groups:
        group.tracks = [track for track in group.tracks if track not in gone]
    for track in gone:
        db.session.delete(track)
    for track in own.values():
        track.name = f"\x1f{track.id}"  # so that two tracks can exchange their names
    flush_or_conflict(MEANWHILE)
    for position, item in enumerate(wanted, start=1):
        track = own[item.track_id] if item.track_id else Track(cohort_id=cohort.id)
        _set(track, item.target)
        track.position = position
        db.session.add(track)
    flush_or_conflict(MEANWHILE)
    db.session.expire(cohort, ["tracks", "groups"])
    _record(Tag.TRACK_CHANGE, cohort, before, actor=actor, now=now)


def change_group(
    cohort: Cohort,
    group: TrackGroup | None,
    *,
    target: Target,
    track_ids: Collection[int],
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> TrackGroup:
    """The group, or a new one, carries this target for these tracks of the cohort. Raises as `change_tracks` does.

    `seen` is the print that the group was changed from; a new one was changed from none.
    """
    require(actor, Permission.COHORT_CHANGE, cohort, now=now)
    _hold(cohort)
    tracks = [track for track in cohort.tracks if track.id in track_ids]
    if group in cohort.groups and (target, tracks) == (_target(group), group.tracks):
        return group
    if group is not None and seen != print_of(cohort):
        raise ConflictError(MEANWHILE)
    wanted = GroupTarget(
        target.name, target.low, target.aim, target.high, frozenset(track.name for track in tracks)
    )
    others = [_group_target(other) for other in cohort.groups if other is not group]
    _check(faults_of([_target(track) for track in cohort.tracks], [*others, wanted]))
    before = _written(cohort)
    changed = group or TrackGroup(cohort_id=cohort.id)
    _set(changed, target)
    changed.tracks = tracks
    db.session.add(changed)
    flush_or_conflict(MEANWHILE)
    db.session.expire(cohort, ["groups"])
    _record(Tag.TRACK_CHANGE, cohort, before, actor=actor, now=now)
    return changed


def remove_group(group: TrackGroup, *, actor: Actor, now: datetime) -> None:
    """The tracks stay, each with its own target. Raises ForbiddenStepError if the cohort is archived."""
    cohort = group.cohort
    require(actor, Permission.COHORT_CHANGE, cohort, now=now)
    _hold(cohort)
    if group not in cohort.groups:
        raise ConflictError(MEANWHILE)
    before = _written(cohort)
    db.session.delete(group)
    db.session.flush()
    db.session.expire(cohort, ["groups"])
    _record(Tag.TRACK_CHANGE, cohort, before, actor=actor, now=now)


def _hold(cohort: Cohort) -> None:
    """Take the cohort's tracks and groups to change them. Raises ForbiddenStepError if it is archived."""
    lock_shaped(cohort)
    check_changeable(cohort.state)


def _check(faults: Sequence[str]) -> None:
    if faults:
        raise SharesError(faults)


def _used(gone: Sequence[Track]) -> list[str]:
    """What says that a track cannot go."""
    users = count_users([track.id for track in gone]) if gone else {}
    return [
        f"{track.name} cannot be removed: fellows or mentors stand on it ({users[track.id]}). "
        "Move them to another track first."
        for track in gone
        if track.id in users
    ]


def _groups(cohort: Cohort, wanted: Sequence[WantedTrack]) -> list[GroupTarget]:
    """The cohort's groups with the names that their tracks are to have."""
    names = {item.track_id: item.target.name for item in wanted}
    return [
        GroupTarget(
            group.name,
            group.target_min,
            group.target_aim,
            group.target_max,
            frozenset(names[track.id] for track in group.tracks if track.id in names),
        )
        for group in cohort.groups
    ]


def _set(item: Track | TrackGroup, target: Target) -> None:
    item.name = target.name
    item.target_min, item.target_aim, item.target_max = target.low, target.aim, target.high


def _target(item: Track | TrackGroup) -> Target:
    return Target(item.name, item.target_min, item.target_aim, item.target_max)


def _group_target(group: TrackGroup) -> GroupTarget:
    names = frozenset(track.name for track in group.tracks)
    return GroupTarget(group.name, group.target_min, group.target_aim, group.target_max, names)


def _written(cohort: Cohort) -> dict[str, str]:
    """Each track and group with its shares, as the record says it."""
    return {
        item.name: f"{per_cent(item.low)} to {per_cent(item.high)}, aim {per_cent(item.aim)}"
        for item in [*map(_target, cohort.tracks), *map(_group_target, cohort.groups)]
    }


def _record(tag: Tag, cohort: Cohort, before: dict[str, str], *, actor: Actor, now: datetime) -> None:
    """Write down what is different."""
    after = _written(cohort)
    record(
        tag,
        actor_id=actor.id,
        subject=("cohort", cohort.id),
        now=now,
        before={name: shares for name, shares in before.items() if after.get(name) != shares},
        after={name: shares for name, shares in after.items() if before.get(name) != shares},
    )
