"""What cells mean: days as people write them, shares, words, and what is asked again."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.fellows.models import FellowshipStage
from program.fellows.stages import FORWARD
from program.imports.courses import engagement_course, fellowship_course
from program.imports.kinds import COLUMNS, ImportKind
from program.imports.mapping import guess, signature
from program.imports.values import DayOrder, address, count, day, day_order, per_cent
from program.mentors.models import EngagementStage

F, E = FellowshipStage, EngagementStage
MAY = date(2026, 5, 11)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-11",
        "2026/5/11",
        "11.05.2026",
        "11.5.26",
        "11 May 2026",
        "May 11, 2026",
        "11th May 2026",
        "Mon 11 May 2026",
        "Monday, May 11, 2026",
        "May 11, 2026 9:30 AM",
        "2026-05-11 09:30:00",
        "2026-05-11T09:30:00Z",
    ],
)
def test_days_are_read_as_people_write_them(written):
    assert day(written, day_order([written])) == MAY


def test_september_has_a_second_short_name():
    assert day("14 Sept 2026") == day("Sep 14, 2026") == day("14 September 2026") == date(2026, 9, 14)


def test_a_column_tells_whether_days_or_months_come_first():
    assert day_order(["11/05/2026", "25/05/2026"]) is DayOrder.DAY_FIRST
    assert day_order(["05/11/2026", "05/25/2026"]) is DayOrder.MONTH_FIRST
    assert day_order(["11/05/2026"]) is day_order(["25/05/2026", "05/25/2026"]) is None
    assert day("11/05/2026", DayOrder.DAY_FIRST) == day("05/11/2026", DayOrder.MONTH_FIRST) == MAY


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("11/05/2026", "“11/05/2026” can be read in two ways: please write it as 2026-05-11."),
        ("31.02.2026", "“31.02.2026” is not a day: please write it as 2026-05-31."),
        ("soon", "“soon” is not a day: please write it as 2026-05-31."),
        ("1850-01-01", "“1850-01-01” is not a day: please write it as 2026-05-31."),
    ],
)
def test_a_day_that_is_none_says_how_to_write_it(written, said):
    with pytest.raises(ValueError, match="write") as error:
        day(written)
    assert str(error.value) == said


def test_shares_counts_and_addresses():
    assert [per_cent(cell) for cell in ("70", "70 %", "0.7", "0,7", "1", "100")] == [70, 70, 70, 70, 100, 100]
    assert [count(cell) for cell in ("3", "3.0", "0")] == [3, 3, 0]
    written = ("Ada Marsh <ADA@New.Example>", "MAILTO:ada@new.example", "\u200bada@new.example\u200b; ")
    assert {address(cell) for cell in written} == {"ada@new.example"}
    for read, cell in (
        (per_cent, "0"),
        (per_cent, "many"),
        (count, "100"),
        (count, "two"),
        (address, "ada at x"),
    ):
        with pytest.raises(ValueError, match="“"):
            read(cell)


def test_the_questions_of_a_form_are_guessed():
    heads = ["Which research tracks could you mentor in? (tick all that apply)", "Follow-up by", "Follow up"]
    assert guess(ImportKind.MENTORS, heads) == {"track": 0, "next_step_on": 1, "next_step": 2}


def test_heads_are_guessed_and_known_again():
    heads = [
        "Timestamp",
        "What is your full name?",
        "Email Address",
        "Which track are you applying to?",
        "Decision",
    ]
    assert guess(ImportKind.FELLOWS, heads) == {"name": 1, "email": 2, "track": 3, "stage": 4}
    assert guess(
        ImportKind.ASSIGNMENTS, ["Fellow", "Fellow email", "Mentor email", "Role", "From", "Until"]
    ) == {
        "fellow": 0,
        "fellow_email": 1,
        "mentor_email": 2,
        "kind": 3,
        "starts_on": 4,
        "ends_on": 5,
    }
    assert signature(heads) == signature([head.upper().replace(" ", "  ") for head in heads])
    assert signature(heads) != signature(heads[1:])


def test_no_two_columns_of_a_kind_go_by_one_name():
    for columns in COLUMNS.values():
        names = [name for column in columns for name in {*column.names}]
        assert sorted(names) == sorted({*names})


def test_a_stage_is_reached_by_the_steps_between_and_never_back():
    assert fellowship_course(F.APPLIED, F.ACCEPTED) == [F.SHORTLISTED, F.OFFERED, F.ACCEPTED]
    assert fellowship_course(F.ACTIVE, F.ACTIVE) == []
    assert engagement_course(E.IDENTIFIED, E.CONFIRMED) == [E.CONTACTED, E.INTERESTED, E.CONFIRMED]
    for course, begin, end in (
        (fellowship_course, F.ACTIVE, F.APPLIED),
        (engagement_course, E.CONFIRMED, E.CONTACTED),
        (engagement_course, E.DECLINED, E.CONFIRMED),
    ):
        with pytest.raises(ValueError, match="no step goes on from there"):
            course(begin, end)


@given(st.sampled_from(F), st.sampled_from(F))
def test_every_step_on_the_way_is_one_that_a_fellowship_can_take(begin, end):
    try:
        way = [begin, *fellowship_course(begin, end)]
    except ValueError:
        return
    assert way[-1] is end
    assert all(other in FORWARD[one] for one, other in pairwise(way))
