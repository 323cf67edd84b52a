"""Authenticators' secrets at rest."""

import pytest
from cryptography.fernet import InvalidToken

from program.factors.sealing import seal, seal_anew, unseal

SECRET, KEYS = "GEZDGNBVGY3TQOJQ", ["the present key", "the key of before"]


def test_what_was_sealed_comes_back():
    assert unseal(seal(SECRET, keys=KEYS), keys=KEYS) == SECRET


def test_one_secret_is_sealed_differently_each_time():
    assert len({seal(SECRET, keys=KEYS) for _ in range(50)}) == 50


def test_a_key_of_before_still_opens_and_no_other_does():
    sealed = seal(SECRET, keys=KEYS[1:])
    assert unseal(sealed, keys=KEYS) == SECRET
    with pytest.raises(InvalidToken):
        unseal(sealed, keys=KEYS[:1])


def test_what_is_sealed_anew_needs_the_key_of_before_no_more():
    anew = seal_anew(seal(SECRET, keys=KEYS[1:]), keys=KEYS)
    assert unseal(anew, keys=KEYS[:1]) == SECRET


@pytest.mark.parametrize("place", [0, 12, 40, -2])
def test_what_was_changed_is_refused(place):
    sealed = list(seal(SECRET, keys=KEYS))
    sealed[place] = "A" if sealed[place] != "A" else "B"
    with pytest.raises(InvalidToken):
        unseal("".join(sealed), keys=KEYS)
