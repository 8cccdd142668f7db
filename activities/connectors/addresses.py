"""Which addresses a connector may reach: those of the internet, and the networks that its operator has named."""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from activities.connectors.declaring import Network

TRANSLATED = IPv6Network("64:ff9b::/96")
"""Where an address of IPv4 stands in the last four bytes of one of IPv6 (RFC 6052)."""


class AddressRefusedError(Exception):
    """The name leads to an address that may not be reached."""


class UnknownHostError(Exception):
    """Nobody knows the name now; somebody may later."""


async def addresses_of(host: str, port: int, networks: Sequence[Network], *, encrypted: bool) -> tuple[str, ...]:
    """Resolve a host once and give the addresses to connect to, the best first.

    Raises AddressRefusedError when any of its addresses may not be reached, however it is written, and
    UnknownHostError when it has none.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnknownHostError from None
    addresses = [ip_address(str(each[4][0])) for each in found]
    for address in addresses:
        if not may_be_reached(address, networks, encrypted=encrypted):
            raise AddressRefusedError
    if not addresses:
        raise UnknownHostError
    return tuple(dict.fromkeys(map(str, addresses)))


def may_be_reached(address: IPv4Address | IPv6Address, networks: Sequence[Network], *, encrypted: bool) -> bool:
    """Judge an address by what it stands for: in `networks` all may be reached, elsewhere the encrypted internet."""
    inner = _inside(address)
    if any(inner in network or address in network for network in networks):
        return True
    return encrypted and inner.is_global and not inner.is_multicast and not inner.is_reserved


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Give the address of IPv4 that one of IPv6 leads to."""
    if isinstance(address, IPv4Address):
        return address
    if address in TRANSLATED:
        return IPv4Address(address.packed[-4:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
