"""Lists and other answers as JSON name what they say (`ETag`), and are not sent again to who has it (304).

A record and a row of the organisation have tags of their own, by which they are also changed (`If-Match`).
"""

import hashlib
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.services import PREFIX

JSON = "application/json"
OK, NOT_MODIFIED = 200, 304
OF_THE_BODY = ("content-type", "content-length")


class EntityTags:
    """Gives what is read its tag; anything that is sent in parts, or has a tag, passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        """Keep the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its tag, or without its body where the tag was sent along."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("if-none-match")
        start: Message | None = None
        body = b""

        async def sent(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _has_one_body(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    for each in _tagged(start, body, lambda tag: has(asked, tag)):
                        await send(each)

        await self._app(scope, receive, sent)


def has(if_none_match: str | None, tag: str) -> bool:
    """Say whether who sends this header has what the tag names (RFC 9110, 13.1.2: weak comparison)."""
    if if_none_match is None:
        return False
    named = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return if_none_match.strip() == "*" or tag.removeprefix("W/") in named


def _has_one_body(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    is_json = headers.get("content-type", "").partition(";")[0] == JSON
    return start["status"] == OK and is_json and "content-length" in headers and "etag" not in headers


def _tagged(start: Message, body: bytes, is_had: Callable[[str], bool]) -> list[Message]:
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    MutableHeaders(scope=start)["ETag"] = tag
    if not is_had(tag):
        return [start, {"type": "http.response.body", "body": body}]
    kept = [(name, value) for name, value in start["headers"] if name.decode("latin-1").lower() not in OF_THE_BODY]
    return [
        {"type": "http.response.start", "status": NOT_MODIFIED, "headers": kept},
        {"type": "http.response.body", "body": b""},
    ]
