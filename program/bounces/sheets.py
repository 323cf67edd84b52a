"""The addresses that take no mail, as a sheet."""

from program.access import Permission
from program.bounces.models import SuppressedAddress
from program.exports.services import Sheet

ADDRESSES: Sheet[SuppressedAddress] = Sheet(
    "addresses without mail",
    Permission.NOTICE_READ,
    {
        "name": lambda one: one.account.name,
        "address": lambda one: one.address,
        "why": lambda one: one.why.value,
        "status": lambda one: one.status,
        "since (UTC)": lambda one: one.at,
    },
)
