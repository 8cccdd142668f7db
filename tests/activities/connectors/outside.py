"""A real HTTP system for tests: it keeps what it is asked, and answers what it is told, byte by byte if need be."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A request as it came in; header names are in small letters."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Outside:
    """What is there: `answers` are given one after the other, the last for ever; an event is waited for instead."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    silence: asyncio.Event | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a request and answer it; a client that has gone away is none of ours."""
        try:
            self.asked.append(await _request(reader))
            writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            await writer.drain()
            if self.silence is not None:
                await self.silence.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _colon, value in pairs}
    return Asked(head[0], headers, await reader.readexactly(int(headers.get("content-length", 0))))


def answer(status: int, body: Any = None, **headers: str) -> bytes:
    """Write an answer; a body that is no bytes is JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Length": str(len(sent)), "Connection": "close", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + sent


@asynccontextmanager
async def an_outside(*answers: bytes, encrypted: SSLContext | None = None) -> AsyncIterator[Outside]:
    """Run a system on loopback that gives these answers."""
    outside = Outside(answers=list(answers))
    server = await asyncio.start_server(outside.serve, "127.0.0.1", 0, ssl=encrypted)
    outside.port = server.sockets[0].getsockname()[1]
    yield outside
    if outside.silence is not None:
        outside.silence.set()
    server.close()
    await server.wait_closed()
