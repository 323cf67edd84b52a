"""The whole policy: who may do what to what. Everything else asks `can` or calls `require`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from program.errors import ForbiddenError
from program.relations import (
    Actor,
    Guarded,
    People,
    Relation,
    Role,
    every,
    managed,
    mentored,
    ordinary,
    own,
    party,
    writing,
)

__all__ = [  # what is asked with a policy is asked for here
    "Actor",
    "Guarded",
    "People",
    "Relation",
    "Role",
    "every",
    "managed",
    "mentored",
    "ordinary",
    "own",
    "party",
    "writing",
]


class Permission(StrEnum):
    """What can be done. A route declares one; a service requires one of the object it changes."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    FELLOW_HOME = "fellow:home"
    MENTOR_HOME = "mentor:home"
    MANAGER_HOME = "manager:home"
    STAFF_HOME = "staff:home"
    ANALYST_HOME = "analyst:home"
    REPORT_READ = "report:read"
    REPORT_WRITE = "report:write"
    REPORT_COACH = "report:coach"
    CONCERN_RAISE = "concern:raise"
    CONCERN_READ = "concern:read"
    CONCERN_WRITE = "concern:write"
    CONCERN_WORK = "concern:work"
    AUTHORSHIP_READ = "authorship:read"
    REVIEW_WRITE = "review:write"
    REVIEW_READ = "review:read"
    MENTOR_VIEW_READ = "mentor_view:read"
    ASK_ANSWER = "ask:answer"
    EVALUATION_RUN = "evaluation:run"
    EVALUATION_READ = "evaluation:read"
    EVALUATION_WRITE = "evaluation:write"
    ANNOUNCEMENT_READ = "announcement:read"
    ANNOUNCEMENT_WRITE = "announcement:write"
    COHORT_READ = "cohort:read"
    COHORT_CHANGE = "cohort:change"
    LADDER_CHANGE = "ladder:change"
    TEMPLATE_CHANGE = "template:change"
    MENTOR_READ = "mentor:read"
    MENTOR_CHANGE = "mentor:change"
    FELLOWSHIP_READ = "fellowship:read"
    FELLOWSHIP_CHANGE = "fellowship:change"
    DEADLINE_CHANGE = "deadline:change"
    EXTENSION_ASK = "extension:ask"
    HANDOVER_READ = "handover:read"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_CHANGE = "organisation:change"
    IMPORT_RUN = "import:run"
    SEARCH = "search:use"
    SURVEY_ANSWER = "survey:answer"
    SURVEY_RUN = "survey:run"
    RELEASE_READ = "release:read"
    NOTICE_READ = "notice:read"
    ALERT_CHANGE = "alert:change"
    NOTICE_CHANGE = "notice:change"
    PERSON_READ = "person:read"
    PERSON_INVITE = "person:invite"
    PERSON_CHANGE = "person:change"
    PERSON_LOOK_AS = "person:look_as"
    PERSON_ERASE = "person:erase"
    AUDIT_READ = "audit:read"
    POLICY_READ = "policy:read"
    RETENTION_READ = "retention:read"


PRIVILEGED = frozenset({Role.STAFF, Role.ADMIN})
"""The roles that run the programme: only an administrator gives them, and they want a second factor."""


@dataclass(frozen=True, slots=True)
class Given:
    """Roles that somebody is to have: whoever gives them needs the right to do so to a person who has them."""

    roles: frozenset[Role]

    def people(self, _now: datetime) -> People:
        """Whether they run the programme."""
        return People(privileged=not self.roles.isdisjoint(PRIVILEGED))


@dataclass(frozen=True, slots=True)
class Programme:
    """The programme itself: what a right is asked of while the thing to be made does not exist."""

    def people(self, _now: datetime) -> People:
        """Nobody in particular."""
        return People()


PROGRAMME = Programme()

Grants = dict[Role, Relation]
RAISED: Grants = {Role.FELLOW: own, Role.MENTOR: own, Role.RESEARCH_MANAGER: own}
"""A concern is its raiser's own, whomever it is about: neither that fellow's nor their mentor's."""

POLICY: dict[Permission, Grants] = {
    Permission.FELLOW_HOME: {Role.FELLOW: every},
    Permission.MENTOR_HOME: {Role.MENTOR: every},
    Permission.MANAGER_HOME: {Role.RESEARCH_MANAGER: every},
    Permission.STAFF_HOME: {Role.STAFF: every},
    Permission.ANALYST_HOME: {Role.ANALYST: every},
    Permission.REPORT_READ: {
        Role.FELLOW: own,
        Role.MENTOR: mentored,
        Role.RESEARCH_MANAGER: managed,
        Role.STAFF: every,
    },
    Permission.REPORT_WRITE: {Role.FELLOW: writing},
    Permission.REPORT_COACH: {Role.RESEARCH_MANAGER: managed},
    Permission.CONCERN_RAISE: {Role.FELLOW: own, Role.MENTOR: mentored, Role.RESEARCH_MANAGER: managed},
    Permission.CONCERN_READ: RAISED | {Role.STAFF: party},
    Permission.CONCERN_WRITE: RAISED | {Role.STAFF: party},
    Permission.CONCERN_WORK: {Role.STAFF: party},
    Permission.AUTHORSHIP_READ: {Role.FELLOW: own, Role.RESEARCH_MANAGER: managed, Role.STAFF: every},
    Permission.REVIEW_WRITE: {Role.MENTOR: mentored},
    Permission.REVIEW_READ: {Role.FELLOW: own, Role.RESEARCH_MANAGER: managed, Role.STAFF: every},
    Permission.MENTOR_VIEW_READ: {Role.STAFF: every},
    Permission.ASK_ANSWER: {Role.MENTOR: mentored},
    Permission.EVALUATION_RUN: {Role.STAFF: every},
    Permission.EVALUATION_READ: {Role.MENTOR: own, Role.STAFF: every},
    Permission.EVALUATION_WRITE: {Role.MENTOR: mentored},
    Permission.ANNOUNCEMENT_READ: {Role.STAFF: every},
    Permission.ANNOUNCEMENT_WRITE: {Role.STAFF: own},
    Permission.COHORT_READ: {Role.STAFF: every},
    Permission.COHORT_CHANGE: {Role.STAFF: every},
    Permission.LADDER_CHANGE: {Role.STAFF: every},
    Permission.TEMPLATE_CHANGE: {Role.STAFF: every},
    Permission.MENTOR_READ: {Role.STAFF: every},
    Permission.MENTOR_CHANGE: {Role.STAFF: every},
    Permission.FELLOWSHIP_READ: {
        Role.FELLOW: own,
        Role.MENTOR: mentored,
        Role.RESEARCH_MANAGER: managed,
        Role.STAFF: every,
    },
    Permission.FELLOWSHIP_CHANGE: {Role.STAFF: every},
    Permission.DEADLINE_CHANGE: {Role.STAFF: every},
    Permission.EXTENSION_ASK: {Role.FELLOW: writing},
    Permission.HANDOVER_READ: {Role.RESEARCH_MANAGER: managed, Role.STAFF: every},
    Permission.ORGANISATION_READ: {Role.STAFF: every},
    Permission.ORGANISATION_CHANGE: {Role.STAFF: every},
    Permission.IMPORT_RUN: {Role.STAFF: every},
    Permission.SEARCH: {Role.STAFF: every},
    Permission.SURVEY_ANSWER: {Role.FELLOW: own},
    Permission.SURVEY_RUN: {Role.STAFF: every},
    Permission.RELEASE_READ: {Role.STAFF: every, Role.ANALYST: every},
    Permission.NOTICE_READ: {Role.STAFF: every},
    Permission.ALERT_CHANGE: {Role.STAFF: every},
    Permission.NOTICE_CHANGE: {Role.STAFF: every},
    Permission.PERSON_READ: {Role.STAFF: every, Role.ADMIN: every},
    Permission.PERSON_INVITE: {Role.STAFF: ordinary, Role.ADMIN: every},
    Permission.PERSON_CHANGE: {Role.STAFF: ordinary, Role.ADMIN: every},
    Permission.PERSON_LOOK_AS: {Role.STAFF: ordinary},
    Permission.PERSON_ERASE: {Role.STAFF: ordinary, Role.ADMIN: every},
    Permission.AUDIT_READ: {Role.STAFF: every, Role.ADMIN: every},
    Permission.POLICY_READ: {Role.STAFF: every, Role.ADMIN: every},
    Permission.RETENTION_READ: {Role.STAFF: every, Role.ADMIN: every},
}


def may_enter(actor: Actor | None, permission: Permission) -> bool:
    """Whether the actor can have this permission on anything at all: the door of a route."""
    if permission is Permission.PUBLIC:
        return True
    if actor is None:
        return False
    return permission is Permission.SIGNED_IN or not actor.roles.isdisjoint(POLICY[permission])


def can(actor: Actor, permission: Permission, obj: Guarded, *, now: datetime) -> bool:
    """Whether the actor has this permission on this object at this moment."""
    grants = POLICY[permission]
    people = obj.people(now)
    return any(role in actor.roles and relation(actor, people) for role, relation in grants.items())


def require(actor: Actor, permission: Permission, obj: Guarded, *, now: datetime) -> None:
    """Raises ForbiddenError unless the actor has this permission on this object."""
    if not can(actor, permission, obj, now=now):
        raise ForbiddenError("You can read this page, but this step belongs to somebody else.")
