"""The policy as it is enforced, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask

from program.access import POLICY, Permission, Role
from program.door import may_look
from program.policy.words import MEANING
from program.web import SAFE_METHODS, is_sensitive, permission_of


@dataclass(frozen=True, slots=True)
class Door:
    """One route: what it answers to, and whether it wants a sign-in of the last ten minutes."""

    address: str
    method: str
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One permission: what it means, on what each role has it, and the routes that it opens."""

    permission: Permission
    meaning: str
    held: dict[Role, str]
    lookable: bool
    doors: Sequence[Door]


def list_policy(app: Flask) -> list[Line]:
    """A line for each permission, read from the table and the routes that enforce it."""
    doors = _doors(app)
    return [
        Line(
            permission,
            MEANING[permission],
            {role: relation.__doc__ or "" for role, relation in POLICY.get(permission, {}).items()},
            may_look(permission, reads=True),
            doors.get(permission, ()),
        )
        for permission in Permission
    ]


def _doors(app: Flask) -> dict[Permission, list[Door]]:
    doors: dict[Permission, list[Door]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        permission = permission_of(app, rule.endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if permission is not None:
                word = "read" if method in SAFE_METHODS else "change"
                doors.setdefault(permission, []).append(
                    Door(rule.rule, word, is_sensitive(app, rule.endpoint))
                )
    return doors
