"""Who types what, in every mode."""

import pytest

from program.authorship.modes import Audience, Writer, may_see_draft, may_type
from program.cohorts.models import AuthorshipMode

FELLOW, MANAGER = Writer.FELLOW, Writer.MANAGER
NOBODY, BOTH = set(), {FELLOW, MANAGER}
TYPED = {
    (AuthorshipMode.MANAGER_DRAFTS, Audience.EVERYONE, False): {MANAGER},
    (AuthorshipMode.MANAGER_DRAFTS, Audience.EVERYONE, True): BOTH,
    (AuthorshipMode.TOGETHER, Audience.EVERYONE, False): BOTH,
    (AuthorshipMode.TOGETHER, Audience.EVERYONE, True): BOTH,
    (AuthorshipMode.FELLOW_WRITES, Audience.EVERYONE, False): {FELLOW},
    (AuthorshipMode.FELLOW_WRITES, Audience.EVERYONE, True): {FELLOW},
}


@pytest.mark.parametrize("handed_over", [False, True])
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("mode", AuthorshipMode)
def test_each_section_is_typed_by_whose_it_is(mode, audience, handed_over):
    apart = {Audience.MANAGER: {FELLOW}, Audience.PAIR: BOTH}
    expected = apart.get(audience) or TYPED[mode, audience, handed_over]
    assert {
        writer for writer in Writer if may_type(mode, audience, writer, handed_over=handed_over)
    } == expected


def test_how_somebody_is_is_seen_once_they_have_said_it():
    hidden = {(a, w) for a in Audience for w in Writer if not may_see_draft(a, w)}
    assert hidden == {(Audience.MANAGER, MANAGER)}
