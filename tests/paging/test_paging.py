"""Pages that start after a key: no gap, no repeat, and no cursor that breaks them."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.extensions import db
from program.paging import page_of
from tests.factories import NOW, make_cohort

ORDER = [Account.created_at, Account.id]


def fill(count):
    """Accounts of which several were made at the same moment."""
    for number in range(count):
        at = NOW + timedelta(minutes=number // 3)
        db.session.add(Account(email=f"{number}@people.example", name=f"{number}", created_at=at))
    db.session.flush()


def page(cursor=None, size=4, *, newest_first=False, order=ORDER):
    return page_of(
        select(Account),
        order=order,
        key=lambda account: [getattr(account, column.key) for column in order],
        cursor=cursor,
        size=size,
        newest_first=newest_first,
    )


def walk(size, *, newest_first=False):
    names, cursor = [], None
    for _ in range(30):
        found = page(cursor, size, newest_first=newest_first)
        names += [account.name for account in found.rows]
        cursor = found.next_cursor
        if cursor is None:
            return names
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 8, 13])
@pytest.mark.parametrize("size", [1, 4, 30])
def test_walking_the_pages_gives_every_row_once_in_order(app, count, size):
    fill(count)
    expected = [str(number) for number in range(count)]
    assert walk(size) == expected
    assert walk(size, newest_first=True) == expected[::-1]


def test_a_full_last_page_has_no_next(app):
    fill(8)
    first = page()
    second = page(first.next_cursor)
    assert (len(second.rows), second.next_cursor) == (4, None)
    assert (first.is_first, second.is_first) == (True, False)


def test_a_row_that_comes_meanwhile_moves_nothing(app):
    fill(8)
    first = page()
    db.session.add(Account(email="new@people.example", name="new", created_at=NOW - timedelta(days=1)))
    db.session.flush()
    assert [account.name for account in page(first.next_cursor).rows] == ["4", "5", "6", "7"]


def encoded(value):
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        "é",
        "AAAA",
        encoded(None),
        encoded(5),
        encoded({}),
        encoded([]),
        encoded([1]),
        encoded(["2026-06-10T12:00:00+00:00"]),
        encoded(["2026-06-10T12:00:00+00:00", "1"]),
        encoded(["2026-06-10T12:00:00+00:00", True]),
        encoded(["2026-06-10T12:00:00+00:00", 1.5]),
        encoded(["2026-06-10T12:00:00+00:00", 2**31]),
        encoded(["2026-06-10T12:00:00+00:00", 10**40]),
        encoded(["2026-06-10T12:00:00", 1]),
        encoded(["yesterday", 1]),
        encoded([["2026-06-10T12:00:00+00:00"], 1]),
        encoded(["2026-06-10T12:00:00+00:00", None]),
        encoded(["9999-12-31T23:59:59-14:00", 1]),
        encoded(["0001-01-01T00:00:00+14:00", 1]),
        urlsafe_b64encode(b"[" * 2_900).decode(),
    ],
)
def test_a_cursor_that_cannot_be_read_means_the_first_page(app, cursor):
    fill(3)
    found = page(cursor)
    assert [account.name for account in found.rows] == ["0", "1", "2"]
    assert found.is_first is True


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x00"])
def test_a_cursor_with_text_that_cannot_be_stored_means_the_first_page(app, text):
    fill(3)
    found = page(encoded([text, 1]), order=[Account.name, Account.id])
    assert (len(found.rows), found.is_first) == (3, True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=4,
        ).map(encoded),
    )
)
def test_no_cursor_breaks_a_page(app, cursor):
    for order in (ORDER, [Account.name, Account.id], [Account.id]):
        page(cursor, order=order)


def test_pages_over_text_and_over_days(app):
    fill(9)
    names, cursor = [], None
    for _ in range(3):
        found = page(cursor, order=[Account.name, Account.id])
        names += [account.name for account in found.rows]
        cursor = found.next_cursor
    assert names == [str(number) for number in range(9)]
    for number in range(5):
        make_cohort(name=f"{number}")
    by_day = [Cohort.starts_on, Cohort.id]
    found = page_of(select(Cohort), order=by_day, key=lambda c: [c.starts_on, c.id], cursor=None, size=3)
    rest = page_of(select(Cohort), order=by_day, key=lambda c: [c.starts_on, c.id], cursor=found.next_cursor)
    assert [c.name for c in (*found.rows, *rest.rows)] == [*"01234"]


def test_addresses_keep_what_else_was_asked(app):
    fill(5)
    with app.test_request_context("/notices?state=sent&after=old"):
        first = page()
        assert first.next_url == f"/notices?state=sent&after={first.next_cursor}"
        assert first.first_url is None
        second = page(first.next_cursor)
        assert (second.next_url, second.first_url) == (None, "/notices?state=sent")


def test_what_else_was_asked_is_quoted_again(app):
    fill(5)
    with app.test_request_context("/demo/mail?to=a%26after%3Dx%20%22%3E"):
        url = page().next_url
    assert " " not in url
    assert '"' not in url
    assert url.count("after=") == 1


def test_the_last_instant_and_the_first_can_be_keys(app):
    for year in (1, 9999):
        db.session.add(
            Account(
                email=f"{year}@people.example", name=f"{year}", created_at=datetime(year, 6, 1, tzinfo=UTC)
            )
        )
    db.session.flush()
    assert walk(1) == ["1", "9999"]
