"""Two texts put together: nothing is overwritten, and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from program.reports.merging import mark_of, merge

KEYS = ("done", "plan")
texts = st.fixed_dictionaries({key: st.sampled_from(["", "a", "b", "c"]) for key in KEYS})


def marks(shown):
    return {key: mark_of(text) for key, text in shown.items()}


def test_each_keeps_the_section_that_only_they_changed():
    both = merge(
        {"done": "mine", "plan": ""}, {"done": "", "plan": "theirs"}, marks({"done": "", "plan": ""})
    )
    assert (both.text, both.clashes, both.brought) == ({"done": "mine", "plan": "theirs"}, set(), {"plan"})


def test_what_both_changed_clashes_and_stays_as_it_is_stored():
    both = merge({"done": "mine"}, {"done": "theirs"}, marks({"done": "before"}))
    assert (both.text, both.clashes) == ({"done": "theirs"}, {"done"})


def test_a_page_knows_its_own_text_again_that_it_heard_nothing_of():
    known = {"done": f"{mark_of('before')},{mark_of('first try')}"}
    assert merge({"done": "second try"}, {"done": "first try"}, known).text == {"done": "second try"}


def test_without_a_mark_everything_that_differs_clashes():
    assert merge({"done": "mine"}, {"done": ""}, {}).clashes == {"done"}


def test_what_is_not_on_the_page_stays():
    assert merge({}, {"how": "7"}, marks({})).text == {"how": "7"}


@given(shown=texts, typed=texts, stored=texts)
def test_nothing_that_anybody_changed_is_lost(shown, typed, stored):
    both = merge(typed, stored, marks(shown))
    for key in KEYS:
        changes = {text for text in (typed[key], stored[key]) if text != shown[key]}
        if len(changes) == 2:
            assert key in both.clashes
        elif changes:
            assert both.text[key] in changes
        else:
            assert both.text[key] == shown[key]
        assert both.text[key] == stored[key] or key not in both.clashes
