"""Lists page by page: where a page begins, how long it is, and the address of the one that follows."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request, Response

from api.inputs import Text, cleaned
from store.errors import CursorError

LARGEST = 2**62
"""Numbers beyond stand in no list of ours."""

Place = tuple[float | str, ...]
"""Where a page ended: what its last entry is ordered by."""
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for."""

    request: Request
    response: Response
    cursor: str | None
    limit: int

    @property
    def enough(self) -> int:
        """How many entries show whether another page follows."""
        return self.limit + 1

    def after(self, *kinds: type[float] | type[str]) -> Place | None:
        """Give where the page before ended, None for the first page; raise CursorError for a cursor of nobody."""
        return None if self.cursor is None else place_of(self.cursor, *kinds)

    def part(
        self, whole: Sequence[Entry], place: Callable[[Entry], Place], *kinds: type[float] | type[str]
    ) -> tuple[Sequence[Entry], str | None]:
        """Give the same of a list that is known whole, in the order of its places."""
        after = self.after(*kinds)
        return self.cut([each for each in whole if after is None or place(each) > after], place)

    def cut(self, found: Sequence[Entry], place: Callable[[Entry], Place]) -> tuple[Sequence[Entry], str | None]:
        """Give the entries of this page, and the address of the next one where one more was found."""
        shown = found[: self.limit]
        if len(found) <= self.limit:
            return shown, None
        return shown, following(self.request, self.response, cursor=cursor_of(place(shown[-1])))


def cursor_of(place: Place) -> str:
    """Write where a page ended."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(cursor: str, *kinds: type[float] | type[str]) -> Place:
    """Read where a page ended; raise CursorError for a cursor of nobody."""
    try:
        told = cleaned(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))
    except (ValueError, RecursionError):
        raise CursorError(cursor) from None
    if not isinstance(told, list) or [*map(_kind, told)] != [*kinds]:
        raise CursorError(cursor)
    return tuple(told)


def following(request: Request, response: Response, **query: str | int) -> str:
    """Give the address of the page that follows, which differs by this much, and put it into `Link`."""
    address = f"{request.url.path}?{request.url.include_query_params(**query).query}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return address


def _kind(told: object) -> type | None:
    if isinstance(told, int | float) and not isinstance(told, bool):
        return float if abs(told) < LARGEST else None
    return type(told)


async def _page(
    request: Request,
    response: Response,
    cursor: Annotated[Text | None, Query(description="from the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="entries of a page")] = 100,
) -> Page:
    return Page(request, response, cursor, limit)


Paged = Annotated[Page, Depends(_page)]
"""The page that is asked for, as a parameter of a handler."""
