"""The policy by itself: who may do what to what."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from program.access import POLICY, People, Permission, Role, can, may_enter, require
from program.errors import ForbiddenError

NOW = datetime(2026, 6, 10, tzinfo=UTC)
OWNER, MENTOR, MANAGER, STRANGER, PARTY = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Person:
    id: int
    roles: frozenset[Role]


class Thing:
    def people(self, _now):
        around = {"mentors": frozenset({MENTOR}), "managers": frozenset({MANAGER})}
        return People(owners=frozenset({OWNER}), parties=frozenset({PARTY}), **around)


class Colleague:
    def people(self, _now):
        return People(privileged=True)


def person(number, *roles):
    return Person(number, frozenset(roles))


def allowed(permission):
    """The (person, role) pairs that have the permission on the thing."""
    return {
        (number, role)
        for number in EVERYBODY
        for role in Role
        if can(person(number, role), permission, Thing(), now=NOW)
    }


EVERYBODY = (OWNER, MENTOR, MANAGER, STRANGER, PARTY)
RAISERS = {(OWNER, role) for role in (Role.FELLOW, Role.MENTOR, Role.RESEARCH_MANAGER)}
STAFF = {(number, Role.STAFF) for number in EVERYBODY}
ANALYSTS = {(number, Role.ANALYST) for number in EVERYBODY}
ADMINS = {(number, Role.ADMIN) for number in EVERYBODY}


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        (
            Permission.REPORT_READ,
            {(OWNER, Role.FELLOW), (MENTOR, Role.MENTOR), (MANAGER, Role.RESEARCH_MANAGER)} | STAFF,
        ),
        (Permission.REPORT_WRITE, {(OWNER, Role.FELLOW)}),
        (Permission.REPORT_COACH, {(MANAGER, Role.RESEARCH_MANAGER)}),
        (
            Permission.AUTHORSHIP_READ,
            {(OWNER, Role.FELLOW), (MANAGER, Role.RESEARCH_MANAGER)} | STAFF,
        ),
        (
            Permission.CONCERN_RAISE,
            {(OWNER, Role.FELLOW), (MENTOR, Role.MENTOR), (MANAGER, Role.RESEARCH_MANAGER)},
        ),
        (Permission.CONCERN_READ, RAISERS | {(PARTY, Role.STAFF)}),
        (Permission.CONCERN_WRITE, RAISERS | {(PARTY, Role.STAFF)}),
        (Permission.CONCERN_WORK, {(PARTY, Role.STAFF)}),
        (Permission.REVIEW_WRITE, {(MENTOR, Role.MENTOR)}),
        (Permission.REVIEW_READ, {(OWNER, Role.FELLOW), (MANAGER, Role.RESEARCH_MANAGER)} | STAFF),
        (Permission.MENTOR_VIEW_READ, STAFF),
        (Permission.ASK_ANSWER, {(MENTOR, Role.MENTOR)}),
        (Permission.SURVEY_ANSWER, {(OWNER, Role.FELLOW)}),
        (Permission.SURVEY_RUN, STAFF),
        (Permission.RELEASE_READ, STAFF | ANALYSTS),
        (Permission.NOTICE_READ, STAFF),
        (Permission.NOTICE_CHANGE, STAFF),
        (Permission.COHORT_READ, STAFF),
        (Permission.STAFF_HOME, STAFF),
        (Permission.ANALYST_HOME, ANALYSTS),
        (Permission.PERSON_READ, STAFF | ADMINS),
        (Permission.AUDIT_READ, STAFF | ADMINS),
        (Permission.POLICY_READ, STAFF | ADMINS),
        (Permission.RETENTION_READ, STAFF | ADMINS),
        (Permission.FELLOW_HOME, {(number, Role.FELLOW) for number in EVERYBODY}),
        (Permission.MENTOR_HOME, {(number, Role.MENTOR) for number in EVERYBODY}),
        (Permission.MANAGER_HOME, {(number, Role.RESEARCH_MANAGER) for number in EVERYBODY}),
    ],
)
def test_a_permission_belongs_to_exactly_these(permission, expected):
    assert allowed(permission) == expected


def test_every_permission_on_an_object_is_in_the_table():
    assert set(POLICY) == set(Permission) - {Permission.PUBLIC, Permission.SIGNED_IN}


def test_an_administrator_sees_to_people_and_reads_nothing_that_they_write():
    entered = {p for p in POLICY if may_enter(person(OWNER, Role.ADMIN), p)}
    assert {p.partition(":")[0] for p in entered} == {"person", "audit", "policy", "retention"}


def test_only_an_administrator_changes_the_account_of_somebody_who_runs_the_programme():
    steps = (Permission.PERSON_INVITE, Permission.PERSON_CHANGE, Permission.PERSON_ERASE)
    for role, expected in ((Role.STAFF, False), (Role.ADMIN, True)):
        assert {can(person(OWNER, role), step, Colleague(), now=NOW) for step in steps} == {expected}
        assert not can(person(OWNER, role), Permission.PERSON_LOOK_AS, Colleague(), now=NOW)
        assert all(can(person(OWNER, role), step, Thing(), now=NOW) for step in steps)


def test_roles_add_up():
    both = person(MENTOR, Role.FELLOW, Role.MENTOR)
    assert can(both, Permission.REVIEW_WRITE, Thing(), now=NOW)
    assert not can(both, Permission.REPORT_WRITE, Thing(), now=NOW)


def test_nobody_enters_only_what_is_public():
    assert [p for p in Permission if may_enter(None, p)] == [Permission.PUBLIC]


def test_an_account_without_roles_enters_only_its_own_pages():
    entered = {p for p in Permission if may_enter(person(OWNER), p)}
    assert entered == {Permission.PUBLIC, Permission.SIGNED_IN}


def test_require_is_silent_for_who_may_and_raises_for_who_may_not():
    require(person(OWNER, Role.FELLOW), Permission.REPORT_WRITE, Thing(), now=NOW)
    with pytest.raises(ForbiddenError):
        require(person(STRANGER, Role.FELLOW), Permission.REPORT_WRITE, Thing(), now=NOW)
