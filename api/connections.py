"""A connection to the API, bounded: how many there may be, and how slowly anybody may send or read."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple, TypeAlias

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

Network: TypeAlias = IPv4Network | IPv6Network


class Bounds(NamedTuple):
    """How slow somebody may be, in seconds, and how many connections there may be.

    The head of a request is there within `head`, `least` bytes of a body come within each `pace`, and who reads nothing
    of an answer for `stalled` is left. Of one address there are `of_one` connections, all together `most`.
    """

    head: float = 10.0
    pace: float = 20.0
    least: int = 64 * 1024
    stalled: float = 60.0
    most: int = 800
    of_one: int = 200


LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
CROWDED = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n"


class _Bounded(H11Protocol):
    """One connection. Its timers run on the loop; what it waits for is the state in which the client is."""

    bounds = Bounds()
    believed: Sequence[Network] = ()

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  # what uvicorn gives
        super().__init__(*given, **named)
        self._awaited: object = None
        self._timer: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._received = 0
        self._unread = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        theirs = [each.client[0] for each in self.connections if isinstance(each, _Bounded) and each.client]
        if self.client and one_too_many(self.client[0], theirs, self.believed, self.bounds):
            transport.write(CROWDED)
            transport.close()
        else:
            self._expect()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._received += len(data)
        super().data_received(data)
        self._expect()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect()
        if self.conn.their_state is h11.SEND_BODY:  # of what is not wanted any more, only so much is let run out
            self._wait(self.bounds.head, self._leave)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall = self.loop.call_later(self.bounds.stalled, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stall is not None:
            self._stall.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._timer, self._stall):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def _expect(self) -> None:
        """Wait for what the client is to send now, and no longer than it may take."""
        awaited = self.conn.their_state
        if awaited is self._awaited:
            return
        self._awaited = awaited
        if awaited is h11.IDLE:
            self._wait(self.bounds.head, self._leave)
        elif awaited is h11.SEND_BODY:
            self._pace()
        elif self._timer is not None:
            self._timer.cancel()

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, then)

    def _pace(self) -> None:
        self._received, self._unread = 0, self.flow.read_paused
        self._wait(self.bounds.pace, self._judge_pace)

    def _judge_pace(self) -> None:
        if is_too_slow(self._received, self.bounds, unread=self._unread or self.flow.read_paused):
            self._leave()
        else:
            self._pace()

    def _leave(self) -> None:
        """Close; who waits for an answer is told that it took too long."""
        if self.conn.their_state is h11.IDLE or not self.cycle.response_started:
            self.transport.write(LATE)
        self.transport.close()


def bounded(believed: Iterable[str], bounds: Bounds = Bounds()) -> type[asyncio.Protocol]:  # noqa: B008  # frozen
    """Give the protocol with these bounds, as uvicorn's `http`; `believed` are reverse proxies, as uvicorn has them."""
    return type("Connection", (_Bounded,), {"bounds": bounds, "believed": tuple(_networks(believed))})


def one_too_many(address: str, there: Sequence[str], believed: Sequence[Network], bounds: Bounds) -> bool:
    """Say whether a connection from an address is one too many; `there` are the addresses of all, itself included.

    This machine, and proxies, which bring many people, have as many as there are.
    """
    from_where = ip_address(address)
    brings_many = from_where.is_loopback or any(from_where in network for network in believed)
    return len(there) > bounds.most or (not brings_many and there.count(address) > bounds.of_one)


def is_too_slow(received: int, bounds: Bounds, *, unread: bool) -> bool:
    """Say whether so many bytes of a body are too few for a while; what we did not read meanwhile could not come."""
    return received < bounds.least and not unread


def _networks(written: Iterable[str]) -> Iterator[Network]:
    for each in written:
        with suppress(ValueError):  # a path of a socket, or `*`
            yield ip_network(each, strict=False)
