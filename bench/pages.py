"""Pages of the portal over many records: how long each takes, and how much a first visit to it moves.

`python -m bench pages` prints the median, the 95th percentile and the bytes of every page that answers GET, for whoever
of an agent, a requester, an approver and a process owner waits longest for it (`--postgresql` on PostgreSQL, `--json
FILE` keeps the figures). The pages are the routes of the application, reached by the links of other pages. The process
ends with 1 where a page is too slow, too large, or reached by nobody.
"""

import argparse
import asyncio
import json
import logging
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx2
import structlog
from rich.console import Console
from rich.table import Column, Table
from selectolax.lexbor import LexborHTMLParser
from starlette.routing import BaseRoute
from temporalio.client import Client

from api.app import create_app
from api.rates import Rates, Throttle
from api.services import Services
from api.sessions import COOKIE
from bench.company import AGENT, APPROVER, EACH, OWNER, REQUESTER, settle
from bench.many_records import NOW
from portal import assets
from portal.app import NOUNS, install
from store import sessions, sign_in_links
from store.database import Database
from store.listing import Filter, list_records
from store.migrations import migrate
from tests.postgres import postgres_server
from workflows.client import RecordClient

MANY = 100_000
ROUNDS = 15
SLOWEST, LARGEST = 0.150, 200_000
"""Seconds at the median, and bytes of a first visit, that a page may take."""
VISITORS = (AGENT, REQUESTER, APPROVER, OWNER)
STRANGER = ""
LINKS = "[href], [hx-get], [data-address]"
LEFT_OUT = ("/live", "/oidc/start", "/oidc/return", "/decide/{link}", "/{secret}.ics", "/records.csv")
"""Ends of addresses that wait for news, need another system or a mail, or are whole files and no pages."""
OFTEN = Rates(calls=10**9, starts=10**9, checks=10**9, strangers=10**9)
COLUMNS = ("page", "who", "median", "p95", "first visit", "verdict")
OK, SEE_OTHER = 200, 303
TRIED = 20
"""Addresses of one page that are looked at for links to others."""


class Answer(NamedTuple):
    """What came back: its status, the bytes that were moved, and the HTML."""

    status: int
    moved: int
    text: str


class Measured(NamedTuple):
    """A page for somebody: its route, where it was looked at, the seconds it took, and the bytes of a first visit."""

    route: str
    address: str
    who: str
    seconds: Sequence[float]
    moved: int

    @property
    def median(self) -> float:
        """The time that half of the visits stay within."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """The time that all but the slowest twentieth stay within."""
        return sorted(self.seconds)[-1 - len(self.seconds) // 20]

    @property
    def is_good(self) -> bool:
        """Whether it is as fast and as small as promised."""
        return self.median < SLOWEST and self.moved <= LARGEST


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


async def measure(database: Database, rounds: int = ROUNDS) -> tuple[list[Measured], list[str]]:
    """Visit every page as everybody; give what it took the one who waits longest, and the pages nobody gets to."""
    app = create_app(await _services(database))
    install(app)
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    known, taken, reached = routes(), list[Measured](), set[str]()
    lived = [f"/records/{row.id}" for row in (await list_records(database, Filter(), limit=EACH)).rows]
    link = f"/sign-in/{await sign_in_links.create(database, AGENT, NOW)}"
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as http:
        for who in (*VISITORS, STRANGER):
            secret = await sessions.create(database, sessions.begun(who, NOW)) if who else ""
            visitor = Visitor(http, who or "stranger", secret)
            begin = (*lived, "/work", *(each for each in known if "{" not in each), "/choices/user", link)
            for route, address in (await walked(visitor, known, begin)).items():
                reached.add(route)
                if address:
                    taken.append(await _visited(visitor, route, address, rounds))
    slowest = {each.route: each for each in sorted(taken, key=lambda each: each.median)}
    return list(slowest.values()), [each for each in known if each not in reached]


async def _services(database: Database) -> Services:
    client = await Client.connect("127.0.0.1:1", lazy=True)  # pages read from the store alone
    return Services(database, RecordClient(client, lambda: NOW), lambda: NOW, {}, nearby=True, throttle=Throttle(OFTEN))


async def _visited(visitor: Visitor, route: str, address: str, rounds: int) -> Measured:
    page, seconds = await visitor.get(address), []
    for _ in range(rounds):
        began = time.perf_counter()
        await visitor.get(address)
        seconds.append(time.perf_counter() - began)
    return Measured(route, address, visitor.who, seconds, await visitor.first_visit(page))


def _told(taken: Sequence[Measured], missed: Sequence[str], dialect: str, many: int) -> Table:
    table = Table(
        Column("page", no_wrap=True),
        "who",
        "median",
        "p95",
        "first visit",
        "verdict",
        title=f"Pages: {many:,} records, {dialect}",
    )
    for each in sorted(taken, key=lambda each: -each.median):
        shown = (f"{each.median * 1_000:.0f} ms", f"{each.p95 * 1_000:.0f} ms", f"{each.moved / 1_000:.0f} kB")
        table.add_row(
            each.route, each.who, *shown, "good" if each.is_good else "TOO MUCH", style=None if each.is_good else "red"
        )
    for route in missed:
        table.add_row(route, *[""] * 4, "NOT REACHED", style="red")
    return table


def _kept(taken: Sequence[Measured], missed: Sequence[str]) -> str:
    pages = {
        each.route: {
            "who": each.who,
            "address": each.address,
            "median": each.median,
            "p95": each.p95,
            "bytes": each.moved,
            "good": each.is_good,
        }
        for each in taken
    }
    return json.dumps({"pages": pages, "not_reached": list(missed)}, indent=1, sort_keys=True)


async def _on(url: str, many: int) -> tuple[list[Measured], list[str], str]:
    await migrate(url)
    database = Database(url)
    try:
        await settle(database, many)
        return *await measure(database), database.dialect
    finally:
        await database.close()


def main(words: Sequence[str]) -> None:
    """Fill a store, measure, and print; the store is gone afterwards. It takes a few minutes, and 300 MB of disk."""
    options = argparse.ArgumentParser("bench pages", description="Pages of the portal over many records.")
    options.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    options.add_argument("--many", type=int, default=MANY, help="how many records there are")
    options.add_argument("--json", type=Path, help="where the figures are kept")
    given = options.parse_args(words)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with ExitStack() as open_:
        if given.postgresql:
            url = open_.enter_context(postgres_server()).create("pages")
        else:
            url = f"sqlite:///{Path(open_.enter_context(tempfile.TemporaryDirectory())) / 'pages.db'}"
        taken, missed, dialect = asyncio.run(_on(url, given.many))
        Console(width=120).print(_told(taken, missed, dialect, given.many))
        if given.json:
            given.json.write_text(_kept(taken, missed), encoding="utf-8")
        if missed or not all(each.is_good for each in taken):
            sys.exit(1)
