"""Browsers and networks in words."""

import pytest

from program.factors.devices import name_device, name_network

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{MAC} Version/17.4 Safari/605.1.15", "Safari on Mac"),
        (f"{MAC} Chrome/124.0 Safari/537.36 Edg/124.0", "Edge on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/124.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) CriOS/124.0 Safari", "Chrome on iPhone"),
        ("curl/8.5", "A browser"),
        ("", "A browser"),
        ("<script>", "A browser"),
    ],
)
def test_a_browser_is_named(said, words):
    assert name_device(said) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", ""),
        ("nowhere", ""),
    ],
)
def test_a_network_is_named_without_its_machine(address, network):
    assert name_network(address) == network
