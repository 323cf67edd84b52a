"""How far a share of few people can be trusted: the Wilson score interval. Pure."""

from math import sqrt

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution, which makes an interval of 95 %."""


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share, from 0 to 1; of no trials nothing is known: (0, 1). Raises ValueError.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212: the shares p with |hits/trials - p| <= z sqrt(p (1 - p) / trials).
    """
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits} of {trials} is no share")
    if trials == 0:
        return 0.0, 1.0
    share, square = hits / trials, Z * Z
    middle = share + square / (2 * trials)
    half = Z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    whole = 1 + square / trials
    low = 0.0 if hits == 0 else max(0.0, (middle - half) / whole)
    high = 1.0 if hits == trials else min(1.0, (middle + half) / whole)
    return low, high


def share_in_words(hits: int, trials: int, what: str = "") -> str:
    """The share as people read it: "4 of 25 contacted confirmed, 6 to 35 %"; of nobody, without an interval."""
    said = f"{hits} of {trials}" + (f" {what}" if what else "")
    if trials == 0:
        return said
    low, high = wilson(hits, trials)
    return f"{said}, {round(100 * low)} to {round(100 * high)} %"
