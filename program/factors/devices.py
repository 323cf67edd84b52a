"""A browser and a network in words, from what a request says of itself."""

from ipaddress import ip_address, ip_network

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def name_device(user_agent: str) -> str:
    """ "Firefox on Windows"; the first that fits of each list."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def name_network(address: str) -> str:
    """Roughly where a request came from: its network, without the machine. Empty if that is not known."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    network = ip_network((ip, 24 if ip.version == 4 else 48), strict=False)
    return f"{network.network_address}/{network.prefixlen}"
