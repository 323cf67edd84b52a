"""A pasted list of people, in the forms that mail programs and sheets give it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.invitations.pasted import MOST, Invitee, read_people

ADA = Invitee("ada@people.example", "Ada Marsh")


@pytest.mark.parametrize(
    "line",
    [
        "Ada Marsh <ada@people.example>",
        '"Ada Marsh" <ADA@people.example>',
        "ada@people.example, Ada Marsh",
        "Ada Marsh;ada@people.example",
        "ada@people.example\tAda Marsh\tInterpretability",
        '  ada@people.example , "Ada Marsh"  ',
        "<ada@people.example>, Ada Marsh",
    ],
)
def test_a_line_is_read_as_people_write_it(line):
    assert read_people(line) == ([ADA], [])


def test_a_name_with_a_comma_is_quoted():
    assert read_people('"Marsh, Ada",ada@people.example') == (
        [Invitee("ada@people.example", "Marsh, Ada")],
        [],
    )


def test_an_address_alone_is_enough():
    assert read_people("ada@people.example") == ([Invitee("ada@people.example")], [])


def test_a_heading_empty_lines_and_repetitions_are_left_out():
    text = "E-mail,Name\n\nada@people.example,Ada Marsh\r\n\nADA@people.example,Twice\nben@people.example\n"
    assert read_people(text) == ([ADA, Invitee("ben@people.example")], [])


def test_each_wrong_line_is_named_by_its_number():
    text = (
        "ada@people.example\nBen without address\n\ncleo@@people.example\na@people.example b@people.example"
    )
    people, errors = read_people(text)
    assert people == [Invitee("ada@people.example")]
    assert errors == [
        "Line 2: there is no e-mail address in “Ben without address”.",
        "Line 4: “cleo@@people.example” does not look like an e-mail address.",
        "Line 5: “a@people.example b@people.example” does not look like an e-mail address.",
    ]


def test_two_addresses_in_one_line_are_not_guessed_at():
    assert read_people("a@people.example, b@people.example")[1] == [
        "Line 1: there is more than one e-mail address. Give each person a line of their own."
    ]


def test_a_single_line_without_an_address_is_no_heading():
    assert read_people("Ada Marsh") == ([], ["Line 1: there is no e-mail address in “Ada Marsh”."])


def test_a_name_that_does_not_fit_is_said():
    assert read_people(f"{'x' * 121} <ada@people.example>")[1] == [
        "Line 1: the name is longer than 120 characters."
    ]


def test_a_line_that_does_not_end_is_said():
    assert read_people("word " * 30_000)[1] == [
        "Line 1: it is longer than 1,000 characters. Give each person a line of their own."
    ]


def test_a_list_has_a_limit():
    text = "\n".join(f"{number}@people.example" for number in range(MOST + 1))
    people, errors = read_people(text)
    assert (len(people), errors) == (501, ["These are 501 people. Please invite at most 500 at once."])
    assert read_people(text.rpartition("\n")[0])[1] == []


@given(st.text())
def test_any_text_is_read_without_a_fault_and_nobody_is_in_it_twice(text):
    people, errors = read_people(text)
    assert len({invitee.email for invitee in people}) == len(people)
    assert all(error.startswith(("Line ", "These are ")) for error in errors)
