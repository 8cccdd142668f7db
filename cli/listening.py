"""Where the API listens and how people reach it, what that allows, and what it demands."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from cli.errors import UsageError
from settings import Settings

LOCALHOST = "localhost"


def is_nearby(chosen: Settings) -> bool:
    """Whether nobody but this machine reaches the API: on loopback, known by such an address, behind no proxy."""
    known_by = urlsplit(chosen.base_url).hostname or ""
    return is_loopback(chosen.host) and is_loopback(known_by) and not proxies(chosen)


def is_loopback(host: str) -> bool:
    """Whether an address, or name, is of this machine's own loopback."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == LOCALHOST


def proxies(chosen: Settings) -> list[str]:
    """Give the addresses of the reverse proxies that are believed."""
    return [each.strip() for each in chosen.proxies.split(",") if each.strip()]


def demand_safe(chosen: Settings) -> None:
    """Raise UsageError where others could reach the API, and nobody could sign in, or everybody could listen."""
    if is_loopback(chosen.host):
        return
    remedies = []
    if chosen.oidc_issuer is None:
        remedies.append("nobody could sign in: say where they do (OpenID Connect) with STEWARD_OIDC_ISSUER=https://…")
    if not chosen.base_url.startswith("https:"):
        remedies.append(
            "what is sent could be read on its way: put a proxy with TLS before it, STEWARD_BASE_URL=https://…"
        )
    if remedies:
        raise UsageError(
            f"not started, because others would reach the API at {chosen.host}:",
            [*remedies, "or let only this machine reach it: STEWARD_HOST=127.0.0.1. docs/identity.md says more."],
        )
