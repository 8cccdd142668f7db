"""How large the head of a request may be, however fast it came: its address, its headers, and how many there are."""

from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import ProblemError, answer

MOST = 100
"""Headers."""
LARGEST = 16 * 1024
"""Bytes of all headers together."""
LONGEST = 8 * 1024
"""Bytes of an address, its query included."""


class HeadLimit:
    """Refuses a request whose head is too large (RFC 6585; RFC 9110, 15.5.15) before anything looks at it."""

    def __init__(self, app: ASGIApp) -> None:
        """Keep the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        refusal = _refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await answer(refusal)(scope, receive, send)


def _refusal(scope: Scope) -> ProblemError | None:
    if len(scope["path"]) + len(scope["query_string"]) > LONGEST:
        return ProblemError(414, f"an address may have {LONGEST:,} bytes at most, with its query")
    if len(scope["headers"]) > MOST:
        return ProblemError(431, f"a request may have {MOST} headers at most")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST:
        return ProblemError(431, f"the headers may have {LARGEST:,} bytes at most, all together")
    return None
