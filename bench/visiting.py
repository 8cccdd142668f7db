"""Visits pages as a browser that keeps nothing, and follows links from page to page."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx2
from selectolax.lexbor import LexborHTMLParser
from starlette.routing import BaseRoute

from api.sessions import COOKIE
from portal import assets
from portal.app import NOUNS

LINKS = "[href], [hx-get], [data-address]"
LEFT_OUT = ("/live", "/oidc/start", "/oidc/return", "/decide/{link}", "/{secret}.ics", "/records.csv")
"""Ends of addresses that wait for news, need another system or a mail, or are whole files and no pages."""
OK, SEE_OTHER = 200, 303
TRIED = 20
"""Addresses of one page that are looked at for links to others."""


class Answer(NamedTuple):
    """What came back: its status, the bytes that were moved, and the HTML."""

    status: int
    moved: int
    text: str


class Visitor:
    """Somebody with a browser that keeps nothing."""

    def __init__(self, http: httpx2.AsyncClient, who: str, secret: str) -> None:
        self.who = who
        self._http = http
        self._headers = {"accept": "text/html", "accept-encoding": "gzip, br"}
        if secret:
            self._headers["cookie"] = f"{COOKIE}={secret}"

    async def get(self, address: str) -> Answer:
        """Look at an address."""
        self._http.cookies.clear()
        async with self._http.stream("GET", address, headers=self._headers) as answer:
            await answer.aread()
            is_page = "text/html" in answer.headers.get("content-type", "")
            moved = int(answer.headers.get("content-length", 0)) or answer.num_bytes_downloaded
            return Answer(answer.status_code, moved, answer.text if is_page else "")

    async def first_visit(self, page: Answer) -> int:
        """Count what is moved when a page is the first that somebody sees: itself and what it is made of."""
        tree = LexborHTMLParser(page.text)
        needed = [each.attributes.get("src") or each.attributes.get("href") or "" for each in tree.css("link, [src]")]
        moved = [await self.get(address) for address in dict.fromkeys(needed) if address.startswith("/assets/")]
        return page.moved + sum(each.moved for each in moved)


def routes() -> Mapping[str, re.Pattern[str]]:
    """Give every page of the portal: the path of its route, and what addresses it answers."""
    found = [each for noun in NOUNS if noun is not assets for each in _within(noun.router.routes)]
    paths = {each.path: each.path_regex for each in found if "GET" in each.methods}
    return {path: pattern for path, pattern in paths.items() if not path.endswith(LEFT_OUT)}


def _within(found: Sequence[BaseRoute]) -> Iterator[Any]:
    for each in found:
        inner = getattr(each, "original_router", None)
        if inner is None:
            yield each
        else:
            yield from _within(inner.routes)


def links(page: Answer, at: str) -> Iterator[str]:
    """Give the addresses of ours that a page leads to."""
    for each in LexborHTMLParser(page.text).css(LINKS):
        for name in ("href", "hx-get", "data-address"):
            parts = urlsplit(urljoin(at, each.attributes.get(name) or "#"))
            if not parts.netloc and not parts.path.startswith("/assets/"):
                yield f"{parts.path}?{parts.query}" if parts.query else parts.path


async def walked(visitor: Visitor, known: Mapping[str, re.Pattern[str]], begin: Sequence[str]) -> Mapping[str, str]:
    """Follow links from some addresses; give one address of each page that the visitor gets to.

    One that leads to another page has the empty address.
    """
    found, waiting, tried = dict[str, str](), list(dict.fromkeys(begin)), Counter[str]()
    seen = set(waiting)
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        route = next((each for each, pattern in known.items() if pattern.match(path)), None)
        if route is None or tried[route] >= TRIED:
            continue
        tried[route] += 1
        page = await visitor.get(address)
        if page.status in (OK, SEE_OTHER):
            found.setdefault(route, address if page.status == OK else "")
            fresh = [each for each in links(page, path) if each not in seen]
            seen.update(fresh)
            waiting += fresh
    return found
