"""How large a request may be: 128 KB, because a record carries what it is told; more for intakes, which only read."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 128 * 1024
"""Bytes of a body."""


class BodyLimit:
    """Refuses a body that is larger than its path allows, as soon as that is known."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int], counted_by_themselves: re.Pattern[str]) -> None:
        """Keep the application, the paths that take larger bodies (in bytes), and those that count what they read."""
        self._app = app
        self._larger = larger
        self._counted_by_themselves = counted_by_themselves

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of its body."""
        if scope["type"] != "http" or self._counted_by_themselves.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        most, read = self._larger.get(scope["path"], LARGEST), 0
        declared = Headers(scope=scope).get("content-length", "")

        async def counted() -> Message:
            nonlocal read
            if declared.isdigit() and int(declared) > most:
                raise too_large(most)
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise too_large(most)
            return message

        await self._app(scope, counted, send)


def too_large(most: int) -> HTTPException:
    """Give the refusal of a body that has more bytes than that."""
    return HTTPException(413, f"the body may have {most:,} bytes at most")
