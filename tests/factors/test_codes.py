"""One-time codes and recovery codes by themselves."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.factors.codes import matching_step, new_recovery_codes, new_secret, picture, plain
from tests.factories import NOW

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")]
)
def test_codes_are_those_of_the_standard(second, code):
    """RFC 6238, appendix B, the last six digits."""
    now = datetime.fromtimestamp(second, UTC)
    assert matching_step(RFC_SECRET, code, now=now) == second // 30


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-31, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_half_a_minute_off(seconds, taken):
    start = datetime(2026, 6, 10, 12, tzinfo=UTC)
    at = int(start.timestamp())

    code = pyotp.TOTP(RFC_SECRET).at(at)
    assert (matching_step(RFC_SECRET, code, now=start + timedelta(seconds=seconds)) is not None) == taken


@given(st.text(max_size=20))
def test_what_is_no_code_is_none(text):
    if not (text.isascii() and text.isdigit() and len(text) == 6):
        assert matching_step(RFC_SECRET, text, now=NOW) is None


def test_secrets_and_codes_are_new_each_time():
    assert len({new_secret() for _ in range(100)}) == 100
    codes = [code for _ in range(100) for code in new_recovery_codes()]
    assert len(set(codes)) == 1_000
    assert {len(plain(code)) for code in codes} == {24}


def test_a_code_is_taken_however_it_is_typed():
    assert plain(" ABCD efgh-2345 mnpq ") == "abcdefgh2345mnpq"


def test_the_picture_needs_nothing_from_elsewhere():
    assert picture(RFC_SECRET, email="ada@people.example").startswith("data:image/svg+xml")
