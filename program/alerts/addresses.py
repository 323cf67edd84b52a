"""Where an alert may be sent: what an address has to look like, and which machines it must not lead to."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

LONGEST = 500
"""Characters of an address."""
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"https://(?P<host>(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}}))(?::443)?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)",
    re.ASCII,
)
"""Read as a whole and by nothing else, so that no two readers can differ on which host it names: no user, no port
but 443, no number in the place of a name, no backslash, no space.
"""
_UNICAST = ip_network("2000::/3")
"""All of IPv6 that is given to anybody in public; what maps or translates IPv4 lies outside but for what follows."""
_DIVERTED = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # Teredo, and other protocols
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address is inside
            "3fff::/20",
            "192.0.0.0/24",  # protocols, and metadata in a cloud
            "192.88.99.0/24",  # relays of 6to4
            "168.63.129.16/32",  # what a large cloud answers its machines with: metadata at a public number
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Target:
    """A host by its name, and what is asked for there."""

    host: str
    path: str


def read_address(text: str) -> Target:
    """The target of an address. Raises ValueError with what is wrong, in words."""
    scheme, mark, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    found = _ADDRESS.fullmatch(f"{scheme.lower()}{mark}{host.lower()}{slash}{path}")
    # Other letters can become ASCII ones when they are made small, as the Kelvin sign does.
    if found is None or not text.isascii() or len(text) > LONGEST or len(found["host"]) > 253:
        raise ValueError(
            "Give the whole https address that the chat service gave you, with a name and no port."
        )
    return Target(found["host"], found["path"])


def is_public(number: str) -> bool:
    """Whether a machine's number is one that anybody may reach: not this network's, not a cloud's own services'.

    IPv6 counts only where it is given out as such: what stands for an IPv4 address (mapped, compatible, NAT64, 6to4,
    Teredo) is refused whatever that is.
    """
    try:
        ip = ip_address(number)
    except ValueError:
        return False
    if any(ip in network for network in _DIVERTED if network.version == ip.version):
        return False
    return _is_given_out(ip)


def _is_given_out(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and (ip not in _UNICAST or ip.scope_id):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
