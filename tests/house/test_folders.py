"""The rules of the house for names: a thing of the programme has the same one in every place."""

from pathlib import PurePath

import pytest

from tests.house.shelves import ROOT, SOURCES, folders

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}
OF_TEMPLATES = {"email", "errors"}
OF_TESTS = {"bench", "browser", "faults", "house", "security", "shots", "workers"}


def named_after_nothing(paths):
    return [str(path) for path in paths if EMPTY_WORDS & {path.stem, *path.parts}]


def homeless_templates(found, features):
    """Folders of templates that belong to no feature."""
    return found - features - OF_TEMPLATES


def homeless_tests(found, things):
    """Folders of tests of something that is not there."""
    return found - things - OF_TESTS


def test_files_are_named_by_what_they_hold():
    assert named_after_nothing(SOURCES) == []


def test_every_folder_of_templates_belongs_to_a_feature():
    assert homeless_templates(folders("templates"), folders("program")) == set()


def test_tests_stand_in_folders_of_the_names_of_what_they_test():
    things = {path.stem for path in (ROOT / "program").iterdir()}
    assert homeless_tests(folders("tests"), things) == set()


@pytest.mark.parametrize("path", ["program/utils.py", "program/helpers/dates.py", "workers/manager.py"])
def test_a_name_that_says_nothing_is_found(path):
    assert named_after_nothing([PurePath(path), PurePath("program/web.py")]) == [path]


@pytest.mark.parametrize("rule", [homeless_templates, homeless_tests])
def test_a_folder_of_nothing_is_found(rule):
    assert rule({"reports", "planted"}, {"reports"}) == {"planted"}
