"""Where the API listens and how people reach it, and what that allows."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from settings import Settings

LOCALHOST = "localhost"


def is_nearby(chosen: Settings) -> bool:
    """Whether nobody but this machine reaches the API: it listens on loopback, and is known by such an address."""
    return is_loopback(chosen.host) and is_loopback(urlsplit(chosen.base_url).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether an address, or name, is of this machine's own loopback."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == LOCALHOST
