"""No line of a log holds an address, a token, or words that may be somebody's."""

import secrets

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from program.accounts.models import Account
from program.extensions import db
from program.logs.redaction import hush, on_one_line, tell_fault
from program.sign_in.tokens import link_token, new_nonce
from program.up.ports import HOST, free_port
from tests.factories import NOW

CANARY = "canary"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail for ada@people.example waits", "mail for [address] waits"),
        ("Key (email)=(ada.l+x@a-b.people.example) exists", "Key (email)=([address]) exists"),
        ("<ada@people.example>, “o'hara@people.example”", "<[address]>, “o'[address]”"),
        ("from 203.0.113.9 and 2001:db8::1, port 80", "from [address] and [address], port 80"),
        ("203.0.113.9:6379 refused", "[address]:6379 refused"),
        ("redis://:pass@word@10.0.0.1:6379/0", "redis://[password]@[address]:6379/0"),
        ("postgresql://programme:s3cret@db/fellowship", "postgresql://[password]@db/fellowship"),
        (f"GET /sign-in/{'0af1' * 16} HTTP/1.1", "GET /sign-in/[token] HTTP/1.1"),
        (f"/join/{'0af1' * 16}?x=1", "/join/[token]?x=1"),
        (f"cookie {'aB3_' * 11}", "cookie [token]"),
    ],
)
def test_addresses_tokens_and_passwords_are_left_out(said, kept):
    assert hush(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "Error 111 connecting to 127.0.0.1:6379. Connection refused.",
        "at 14:02:11, version 5.6.3, in 10:30",
        "Task delivery.deliver[1b9a6ce2-1a54-4f0e-9d6f-6b3a0f4f4c11] received",
        "File program/reports/services.py, line 12, in submit_report",
        "tests/security/test_a_name_that_is_rather_long_and_all_in_lower_case.py",
        "celery@host ready.",
        "[::1]:8000 and ::1",
    ],
)
def test_what_operators_need_stays(said):
    assert hush(said) == said


@given(st.integers())
def test_whatever_is_issued_is_taken_for_a_token(_number):
    for token in (secrets.token_urlsafe(32), link_token(new_nonce(), "key"), secrets.token_urlsafe(48)):
        assert token not in hush(f"a link /sign-in/{token} in a line")


def test_a_token_without_a_digit_is_one_too():
    """About one in 1,500 of those that are issued."""
    token = "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJkLmNoPq"
    assert token not in hush(f"a link /sign-in/{token} in a line")


@given(st.text())
def test_no_text_ends_a_line(said):
    assert len(on_one_line(said).splitlines()) <= 1


def raised(fault, *, cause=None):
    """The fault as it is once somebody has raised it."""
    try:
        raise fault from cause
    except type(fault) as caught:
        return caught


@pytest.mark.parametrize(
    "fault",
    [
        ValueError("canary"),
        KeyError("canary"),
        UnicodeEncodeError("ascii", "canary", 0, 1, "canary"),
        RuntimeError("canary"),
        OverflowError("canary"),
        AssertionError("canary"),
    ],
)
def test_a_fault_that_may_repeat_what_was_typed_tells_its_kind_and_its_place(fault):
    told = tell_fault(raised(fault))
    assert "canary" not in told
    assert told.endswith(f"builtins.{type(fault).__name__}")
    assert "test_redaction.py" in told


@pytest.mark.parametrize(
    "fault",
    [OSError("the disk is full"), AttributeError("no x"), TypeError("missing y"), ImportError("no z")],
)
def test_a_fault_of_the_programme_keeps_its_words(fault):
    assert str(fault) in tell_fault(raised(fault))


def test_the_cause_is_told_first():
    told = tell_fault(raised(AttributeError("second"), cause=raised(OSError("first"))))
    assert told.index("first") < told.index("second")
    third = raised(TypeError("third"))
    third.__context__, third.__suppress_context__ = raised(OSError("hidden")), True
    assert "hidden" not in tell_fault(third)


def fault_of(statement):
    """What the database says to this statement."""
    with pytest.raises(SQLAlchemyError) as caught, db.session.begin_nested():
        db.session.execute(statement)
    return caught.value


def test_a_database_does_not_repeat_the_row_that_it_refused(app):
    canary = {
        "name": "canary",
        "email": "canary",
        "time_zone": "UTC",
        "created_at": NOW,
        "second_factors": None,
    }
    fault = fault_of(insert(Account).values(canary))
    told = tell_fault(fault)
    assert "canary" not in told
    assert isinstance(fault, DBAPIError)
    if isinstance(fault.orig, psycopg.Error):
        assert "canary" in str(fault), "the fault itself does: this is what is kept out"
        assert "SQLSTATE 23502" in told
    else:
        assert "NOT NULL constraint failed: account.second_factors" in told


def test_a_database_that_takes_a_text_for_a_number_does_not_repeat_it(app):
    if db.engine.dialect.name == "postgresql":
        fault = fault_of(text("SELECT CAST(:typed AS integer)").bindparams(typed="canary"))
        assert "canary" in str(fault)
        assert "canary" not in tell_fault(fault)
        assert "SQLSTATE 22P02" in tell_fault(fault)
    else:
        fault = fault_of(text("SELECT 1 FROM nowhere"))
        assert "no such table: nowhere" in tell_fault(fault)


def test_a_database_that_is_not_there_is_named_by_its_trouble():
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(host=HOST, port=free_port(), user="ada", password=CANARY, connect_timeout=2)
    assert "refused" in tell_fault(caught.value)
    assert CANARY not in tell_fault(caught.value)
