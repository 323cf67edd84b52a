from itertools import product

import pytest

from program.demo import texts
from program.demo.people import TRACKS

SECTIONS = ["done", "learned", "blocked", "plan"]


@pytest.mark.parametrize("track", TRACKS)
def test_every_track_and_week_has_a_whole_report(track):
    for week, seed in product(range(1, 11), range(20)):
        sections = texts.report_sections(track, week=week, seed=seed)
        assert list(sections) == SECTIONS
        assert all(text.strip() and "{" not in text for text in sections.values())


@pytest.mark.parametrize("track", TRACKS)
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_at_least_ten_versions(track, section):
    versions = {texts.report_sections(track, week=2, seed=seed)[section] for seed in range(200)}
    assert len(versions) >= 10


def test_the_same_seed_gives_the_same_words():
    first, second = (texts.report_sections(TRACKS[0], week=3, seed=7) for _ in range(2))
    assert first == second


def test_one_person_does_not_repeat_what_they_learned_for_five_weeks():
    learned = [texts.report_sections(TRACKS[0], week=week, seed=1)["learned"] for week in range(1, 6)]
    assert len(set(learned)) == 5


def test_there_are_enough_replies():
    assert [len(x) for x in (texts.ASKS, texts.ANSWERS, texts.ACCEPTED, texts.RETURNED)] == [30, 30, 15, 12]
