"""Connections to the API are bounded: who is slow, sends nothing, reads nothing or comes too often is left.

Bounds that are to be exceeded are tiny here, and all others beyond any machine's slowness.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any, cast

import pytest
import uvicorn

from api.connections import Bounds, bounded, is_too_slow, one_too_many

NEVER = 3_600.0
ENDLESS = Bounds(head=NEVER, pace=NEVER, stalled=NEVER)
SOON = 0.05
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Taker:
    """An application that reads what it is sent, and answers with so many bytes."""

    def __init__(self, answer: int = 2) -> None:
        self.answer = answer
        self.left = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message = {"more_body": True}
        while message.get("more_body"):
            message = await receive()
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(self.answer // 65_536 + 1):
                await send({"type": "http.response.body", "body": b"x" * min(self.answer, 65_536), "more_body": True})
            await send({"type": "http.response.body"})
        finally:
            self.left.set()


class Early:
    """An application that answers before it has read anything."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})


@asynccontextmanager
async def served(bounds: Bounds, app: Any) -> AsyncIterator[int]:
    """Serve an application with these bounds, and give its port."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none")
    config.load()
    state, protocol = uvicorn.server.ServerState(), cast(Any, bounded((), bounds))
    server = await asyncio.get_running_loop().create_server(
        lambda: protocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    async with server:
        yield server.sockets[0].getsockname()[1]
        for each in [*state.connections]:
            each.transport.abort()
        await asyncio.gather(*state.tasks)


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to it, and leave."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def said(port: int, *sent: bytes) -> bytes:
    """Send something, and give all that comes until the server has closed the connection."""
    async with connected(port) as (reader, writer):
        for each in sent:
            writer.write(each)
        return await reader.read()


@pytest.mark.parametrize(
    ("sent", "bounds"),
    [
        (b"", ENDLESS._replace(head=SOON)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", ENDLESS._replace(head=SOON)),
        (HEAD + b"Content-Length: 1000\r\n\r\n{", ENDLESS._replace(pace=SOON)),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", ENDLESS._replace(pace=SOON)),
    ],
    ids=["nothing", "half a head", "half a body", "half a chunk"],
)
async def test_who_sends_too_slowly_is_told_so_and_left(sent: bytes, bounds: Bounds) -> None:
    async with served(bounds, Taker()) as port:
        assert (await said(port, sent)).startswith(b"HTTP/1.1 408 ")


async def test_who_asks_again_and_then_is_silent_is_left() -> None:
    async with served(ENDLESS._replace(head=SOON), Taker()) as port:
        assert (await said(port, ASKED)).startswith(b"HTTP/1.1 200 ")


async def test_what_is_not_wanted_any_more_runs_out_only_for_a_while() -> None:
    async with served(ENDLESS._replace(head=SOON), Early()) as port:
        assert (await said(port, HEAD + b"Content-Length: 1000000\r\n\r\nx")).count(b"HTTP/1.1 413 ") == 1


async def test_who_reads_nothing_of_an_answer_is_left() -> None:
    taker = Taker(answer=64 * 1024 * 1024)
    async with served(ENDLESS._replace(stalled=SOON), taker) as port, connected(port) as (reader, writer):
        writer.write(ASKED)
        await taker.left.wait()
        assert not reader.at_eof()


@pytest.mark.parametrize(("received", "unread", "slow"), [(9, False, True), (10, False, False), (0, True, False)])
def test_who_keeps_the_pace_or_is_not_read_is_not_slow(received: int, unread: bool, slow: bool) -> None:
    assert is_too_slow(received, ENDLESS._replace(least=10), unread=unread) is slow


async def test_one_connection_too_many_is_told_to_come_again() -> None:
    async with served(ENDLESS._replace(most=1), Taker()) as port, connected(port) as (reader, writer):
        writer.write(ASKED)
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        assert b"Retry-After: 10" in await said(port)


@pytest.mark.parametrize(
    ("address", "crowded"),
    [("192.0.2.1", True), ("2001:db8::1", True), ("127.0.0.1", False), ("::1", False), ("10.1.2.3", False)],
)
def test_one_address_has_so_many_but_for_this_machine_and_proxies(address: str, crowded: bool) -> None:
    proxies, bounds = (ip_network("10.1.0.0/16"),), ENDLESS._replace(of_one=2)
    assert not one_too_many(address, [address, "192.0.2.9", address], proxies, bounds)
    assert one_too_many(address, [address] * 3, proxies, bounds) is crowded
    assert one_too_many(address, [address] * 3, proxies, bounds._replace(most=2))


def test_proxies_are_written_as_uvicorn_takes_them() -> None:
    protocol = cast(Any, bounded(["10.1.2.3", "10.2.0.0/16", "*", "/run/proxy.sock"]))
    assert protocol.believed == (ip_network("10.1.2.3"), ip_network("10.2.0.0/16"))
