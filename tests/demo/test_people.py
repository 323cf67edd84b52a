from collections import Counter
from zoneinfo import ZoneInfo

from program.demo import people

EVERYBODY = [
    *people.FELLOWS,
    *people.MENTORS,
    *people.PROSPECTS,
    *people.RESEARCH_MANAGERS,
    *people.STAFF,
    people.ANALYST,
]


def test_the_cohort_is_as_large_and_mixed_as_a_real_one():
    assert Counter(fellow.track for fellow in people.FELLOWS) == {
        people.INTERPRETABILITY: 28,
        people.OVERSIGHT: 11,
        people.EVALUATIONS: 11,
        people.GOVERNANCE: 7,
        people.TECHNICAL_GOVERNANCE: 6,
    }
    assert (len(people.MENTORS), len(people.RESEARCH_MANAGERS), len(people.STAFF)) == (20, 3, 2)


def test_every_track_has_a_seat_for_each_of_its_fellows():
    seats = Counter()
    for mentor in people.MENTORS:
        seats[mentor.track] += mentor.seats
    assert all(seats[track] >= n for track, n in Counter(f.track for f in people.FELLOWS).items())


def test_addresses_are_ascii_and_everybody_has_their_own():
    addresses = [person.email for person in EVERYBODY]
    assert len(set(addresses)) == len(addresses) == len({person.name for person in EVERYBODY})
    assert all(address.isascii() and address.endswith(".example") for address in addresses)


def test_a_name_with_marks_becomes_a_plain_address():
    assert people.ascii_slug("Wrzesińska Łødz") == "wrzesinska-lodz"


def test_zones_exist():
    assert all(ZoneInfo(person.zone) for person in EVERYBODY)


def test_projects_are_all_different():
    assert len({fellow.project for fellow in people.FELLOWS}) == len(people.FELLOWS)


def test_the_cast_begins_with_staff_and_knows_amara():
    assert [member.role for member in people.CAST] == [
        "staff",
        "analyst",
        "mentor",
        "other mentor",
        "fellow",
        "other fellow",
    ]
    assert "Amara Okafor" in {member.name for member in people.CAST}


def test_every_fellow_has_a_mentor_on_their_own_track():
    mentors = {mentor.name: mentor.track for mentor in people.MENTORS}
    assert all(mentors[fellow.mentor] == fellow.track for fellow in people.FELLOWS)
