"""The dead-man's ping: somebody elsewhere is told at each good tick, and raises the alarm when that ends."""

import logging
from datetime import datetime

import requests

from program.extensions import only_reading
from program.health.services import LATE
from program.notices.queries import find_oldest_unsent

logger = logging.getLogger(__name__)
PATIENCE = 4.0
"""Seconds that whoever is pinged may take to be reached, and to answer."""


def ping(url: str, *, now: datetime) -> bool:
    """Ask for the address if mail goes out; whether it was asked for and answered well. Never raises for the network.

    To be called after the tick was committed: no transaction is open while the other side takes its time. The
    address is a secret of the settings, so that none of it is logged.
    """
    with only_reading():
        oldest = find_oldest_unsent()
    if oldest is not None and now - oldest > LATE:
        return False
    try:
        with requests.get(url, timeout=PATIENCE, allow_redirects=False, stream=True) as answer:
            trouble = "" if answer.ok else f"it answered {answer.status_code}"
    except requests.RequestException as error:
        trouble = type(error).__name__
    if trouble:
        logger.warning("the ping failed", extra={"error": trouble})
    return not trouble
