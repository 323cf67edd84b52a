"""Whom an issuer's claims speak of. No Flask and no database in here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as an issuer knows them; `address` is empty unless the issuer has verified it."""

    issuer: str
    subject: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def is_of(self, domains: frozenset[str]) -> bool:
        """Whether the address is of one of these domains; of none is said, everybody is."""
        return not domains or self.domain in domains


def person_of(claims: Mapping[str, Any]) -> Person:
    """The person of claims that were checked. Only `true` verifies an address: not "true", not 1."""
    address = claims.get("email")
    # Other letters can become ASCII ones when they are made small, as the Kelvin sign does.
    plain = isinstance(address, str) and address.isascii() and claims.get("email_verified") is True
    return Person(str(claims["iss"]), str(claims["sub"]), str(address).lower() if plain else "")
