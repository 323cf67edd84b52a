"""What of a wave may be shown, as pure functions: fixed groups, thresholds, bands.

Counts are of small cohorts, so exact ones would let a reader work out who answered what. The rules and their
figures come from an attack on simulated cohorts of 30 to 100 people; settings may only make them stricter.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

MIN_GROUP = 15
"""People on the roster in each group that is shown by itself."""
MIN_RESPONDENTS = 10
"""Answers below which nothing of a unit is shown."""
BASE = 5
"""Counts are shown as `<5`, zero included, or to the nearest 5."""
NOT_SHOWN = "not shown"


def fixed_groups(tracks: Iterable[str], *, min_group: int = MIN_GROUP) -> dict[str, str]:
    """The group of each track, from the roster (one track name a person) and never from the answers.

    A track with `min_group` people or more is a group; the others are merged, the smallest first, and what is
    still too small joins the smallest group. One group means that only the cohort is shown.
    """
    sizes = Counter(tracks)
    groups = [([track], size) for track, size in sorted(sizes.items(), key=lambda item: (item[1], item[0]))]
    while len(groups) > 1 and groups[0][1] < min_group:
        (names, size), (others, other_size), *rest = groups
        groups = sorted([*rest, (names + others, size + other_size)], key=lambda group: (group[1], group[0]))
    return {track: " + ".join(sorted(names)) for names, _size in groups for track in names}


def units_shown(
    respondents: Mapping[str, int], *, min_respondents: int = MIN_RESPONDENTS
) -> list[str] | None:
    """Which groups are shown beside the cohort: all or none; None if not even the cohort is.

    A single group is the cohort itself and is not shown again.
    """
    if sum(respondents.values()) < min_respondents:
        return None
    if len(respondents) < 2 or min(respondents.values()) < min_respondents:
        return []
    return sorted(respondents)


def band(count: int, *, base: int = BASE) -> int | None:
    """The count to the nearest `base`, or None where it is below `base`."""
    return None if count < base else base * ((2 * count + base) // (2 * base))


def band_text(count: int, *, base: int = BASE) -> str:
    """The band as it is printed."""
    shown = band(count, base=base)
    return f"<{base}" if shown is None else str(shown)
