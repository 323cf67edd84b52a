"""Every limit on how often something may be tried: how often, counted by what, and why. Nothing else names one."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

IPV6_NETWORK = 64
"""Bits of an IPv6 address that a provider gives to one customer, who chooses all the others freely."""


class By(StrEnum):
    """Whose tries count together."""

    NETWORK = "network address"
    ACCOUNT = "account"
    TYPED = "mail address that is typed"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of something in so long a time."""

    what: str
    rate: str
    by: By
    why: str


LINKS_BY_ADDRESS = Limit(
    "Links to sign in", "5 per 15 minutes", By.TYPED, "Nobody's mailbox is filled by somebody else"
)
LINKS_BY_NETWORK = Limit(
    "Links to sign in", "20 per 15 minutes", By.NETWORK, "Nobody tries a list of addresses"
)
LINK_USES = Limit("Uses of a link to sign in", "30 per 15 minutes", By.NETWORK, "Nobody guesses a link")
INVITATION_USES = Limit(
    "Uses of an invitation", "30 per 15 minutes", By.NETWORK, "Nobody guesses an invitation"
)
DIGEST_USES = Limit(
    "Uses of a link to accept a report", "60 per 15 minutes", By.NETWORK, "Nobody guesses a link"
)
CALENDAR_READS = Limit(
    "Readings of a calendar by its address", "600 per 15 minutes", By.NETWORK, "Nobody guesses an address"
)
MAIL_STOPS = Limit(
    "Uses of a link that ends mails", "300 per 15 minutes", By.NETWORK, "Nobody guesses a link"
)
PASSWORDS_BY_ADDRESS = Limit(
    "Passwords",
    "10 per 15 minutes",
    By.TYPED,
    "Nobody guesses one person's password, from however many places",
)
PASSWORDS_BY_NETWORK = Limit(
    "Passwords", "20 per 15 minutes", By.NETWORK, "Nobody tries one password on many people"
)
CODES = Limit("Codes of an authenticator", "10 per 15 minutes", By.ACCOUNT, "Six digits can be guessed")
NEW_PASSWORDS = Limit("New passwords", "10 per 15 minutes", By.ACCOUNT, "Each costs memory and time to hash")
PASSKEYS = Limit(
    "Sign-ins by a passkey", "30 per 15 minutes", By.NETWORK, "Each costs the checking of a signature"
)
NEW_PASSKEYS = Limit("New passkeys", "30 per 15 minutes", By.ACCOUNT, "Likewise")
ISSUER = Limit(
    "Sign-ins by an OpenID Connect issuer",
    "30 per 15 minutes",
    By.NETWORK,
    "Nobody makes the programme ask the issuer without end",
)
INVITATIONS = Limit("Lists of people to invite", "30 per hour", By.ACCOUNT, "Each may be 500 mails")
ANNOUNCEMENTS = Limit(
    "Announcements to a group", "30 per hour", By.ACCOUNT, "Each may be a mail to everybody in a cohort"
)
INVITATIONS_AGAIN = Limit(
    "Invitations sent again", "300 per hour", By.ACCOUNT, "Each is a mail; a whole cohort may need one"
)
DATA_EXPORTS = Limit(
    "Downloads of what is held about one", "5 per hour", By.ACCOUNT, "Each reads all that is there"
)
IMPORTS = Limit("Sheets to import", "60 per hour", By.ACCOUNT, "Each may be 10,000 rows for a worker")
UPLOADS = Limit("Files attached to reports", "60 per hour", By.ACCOUNT, "Each is opened and looked through")
RECORD_EXPORTS = Limit(
    "Exports of the record of what was done", "10 per hour", By.ACCOUNT, "Each may be 50,000 lines"
)
BUNDLES = Limit("Cohorts to take away", "10 per hour", By.ACCOUNT, "Each keeps a worker busy for minutes")
RETURNS = Limit(
    "Returned mails that are posted", "600 per 15 minutes", By.NETWORK, "Nobody guesses the signature"
)
STORY_EXPORTS = Limit(
    "Reports to take away", "60 per hour", By.ACCOUNT, "Each may be set as PDF, which costs seconds"
)
ALERT_CHANNELS = Limit(
    "Channels for alerts, added or tried",
    "20 per hour",
    By.ACCOUNT,
    "Each has a worker speak with a stranger",
)
LIST_EXPORTS = Limit(
    "Exports of a list", "60 per hour", By.ACCOUNT, "Each may be all people there are, with their addresses"
)


def network_of(address: str) -> str:
    """What a network address is counted as: an IPv6 one is its whole network, or its holder had no limit."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return address
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ip_network((ip, IPV6_NETWORK), strict=False))
