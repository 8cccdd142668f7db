"""Where a connector may lead: the encrypted internet and its own networks, however an address is written."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import pytest

from activities.connectors.addresses import AddressRefusedError, UnknownHostError, addresses_of, may_be_reached

LOOPBACK: Sequence[IPv4Network | IPv6Network] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "0",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "localhost",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "fe80::1",
        "fd00::1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "198.18.0.1",
        "203.0.113.1",
    ],
)
async def test_what_is_not_the_internet_is_refused(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        await addresses_of(host, 443, (), encrypted=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "::1"])
async def test_what_a_connector_names_is_reached_also_without_encryption(host: str) -> None:
    [address] = await addresses_of(host, 80, LOOPBACK, encrypted=False)
    assert ip_address(address).is_loopback


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "0.0.0.0"])
async def test_to_name_one_network_opens_no_other(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        await addresses_of(host, 80, LOOPBACK, encrypted=True)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_the_internet_is_reached_with_encryption_only(address: str) -> None:
    judged = [may_be_reached(ip_address(address), (), encrypted=encrypted) for encrypted in (True, False)]
    assert judged == [True, False]


@pytest.mark.parametrize("host", ["a" * 300, "\udc00"])
async def test_what_cannot_be_a_name_is_said(host: str) -> None:
    with pytest.raises(UnknownHostError):
        await addresses_of(host, 443, (), encrypted=True)
