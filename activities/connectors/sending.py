"""One request over the network: to the address that was checked, following nothing, bounded in time and size."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from ssl import SSLContext
from typing import NamedTuple

import httpx2

from activities.connectors.addresses import UnknownHostError, addresses_of
from activities.connectors.declaring import Network
from workflows.causes import cause

PORTS = {"https": 443, "http": 80}


class Question(NamedTuple):
    """A request; `url` is complete, `body` is JSON or nothing."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


class Bounds(NamedTuple):
    """How far a request may go: the networks beside the internet, seconds in all, and bytes of an answer.

    Of a larger answer only so much is read if it is `cut`.
    """

    networks: Sequence[Network]
    seconds: float
    bytes: int
    cut: bool = False


class Answer(NamedTuple):
    """What came back; `retry_after` is the header, as it was written."""

    status: int
    retry_after: str
    body: bytes


class UnansweredError(Exception):
    """There was no answer; whether the request was carried out is not known. The text repeats nothing that was sent."""


class TooLargeError(Exception):
    """The answer is larger than may be."""


async def send(question: Question, bounds: Bounds) -> Answer:
    """Send a request once. The name is resolved once, and the connection made to the address that was judged.

    Raises AddressRefusedError before anything was sent, UnansweredError and TooLargeError.
    """
    try:
        async with asyncio.timeout(bounds.seconds):
            return await _send(question, bounds)
    except TimeoutError:
        raise UnansweredError(f"it did not answer within {bounds.seconds:g} s") from None
    except UnknownHostError:
        raise UnansweredError("its host is not known") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as failed:
        raise UnansweredError(f"it was not reached ({type(failed).__name__})") from None


@cache
def trusted() -> SSLContext:
    """Give whom we trust: those the system does, or a file in `SSL_CERT_FILE`. Reading them takes a moment."""
    return httpx2.create_ssl_context()


async def _send(question: Question, bounds: Bounds) -> Answer:
    url = httpx2.URL(question.url)
    port, host = url.port or PORTS[url.scheme], url.raw_host.decode("ascii")
    *others, last = await addresses_of(host, port, bounds.networks, encrypted=url.scheme == "https")
    for address in others:
        with suppress(httpx2.ConnectError):
            return await _send_to(address, url, question, bounds)
    return await _send_to(last, url, question, bounds)


async def _send_to(address: str, url: httpx2.URL, question: Question, bounds: Bounds) -> Answer:
    """Connect to an address, and speak there as with the host that is named; ConnectError: nothing was sent."""
    headers = {
        **cause().headers(),
        **question.headers,
        "Host": url.netloc.decode("ascii"),
        "Accept-Encoding": "identity",
    }
    async with (
        httpx2.AsyncClient(verify=trusted(), trust_env=False, follow_redirects=False, timeout=bounds.seconds) as http,
        http.stream(
            question.method,
            url.copy_with(host=address),
            headers=headers,
            content=question.body,
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        ) as answer,
    ):
        return Answer(answer.status_code, answer.headers.get("Retry-After", ""), await _body(answer, bounds))


async def _body(answer: httpx2.Response, bounds: Bounds) -> bytes:
    """Read an answer as it comes over the wire, and no more of it than may be."""
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > bounds.bytes and not bounds.cut:
            raise TooLargeError
        if len(body) >= bounds.bytes and bounds.cut:
            break
    return bytes(body[: bounds.bytes])
