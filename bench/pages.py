"""Pages of the portal over many records: how long each takes, and how much a first visit to it moves.

`python -m bench pages` prints the median, the 95th percentile and the bytes of every page that answers GET, for whoever
of an agent, a requester, an approver and a process owner waits longest for it (`--postgresql` on PostgreSQL; `--proof`
on both, and keeps the figures for docs/proof.md). The pages are the routes of the application, reached by the links of
other pages. The process ends with 1 where a page is too slow, too large, or reached by nobody.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx2
import structlog
from rich.console import Console
from rich.table import Column, Table
from temporalio.client import Client

from api.app import create_app
from api.rates import Rates, Throttle
from api.services import Services
from bench.company import AGENT, APPROVER, EACH, OWNER, REQUESTER, settle
from bench.many_records import NOW
from bench.proving import Row, keep, made_on, row
from bench.visiting import Visitor, routes, walked
from portal.app import install
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
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
"""What databases are called, by the name that `Database.dialect` has for them."""
VISITORS = (AGENT, REQUESTER, APPROVER, OWNER)
STRANGER = ""
OFTEN = Rates(calls=10**9, starts=10**9, checks=10**9, strangers=10**9)
COLUMNS = ("page", "who", "median", "p95", "processor", "first visit", "verdict")


class Measured(NamedTuple):
    """A page for somebody: its route, where it was looked at, the seconds it took, and the bytes of a first visit.

    `busy` are the seconds of the processor at the median, both of the application and of the browser that is played;
    those of PostgreSQL's own processes are not among them.
    """

    route: str
    address: str
    who: str
    seconds: Sequence[float]
    busy: float
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


async def measure(database: Database, rounds: int = ROUNDS) -> tuple[list[Measured], list[str]]:
    """Visit every page as everybody; give what it took the one who waits longest, and the pages nobody gets to."""
    app = create_app(await _services(database))
    install(app)
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    known, taken, reached = routes(), list[Measured](), set[str]()
    lived = [f"/records/{row.id}" for row in (await list_records(database, Filter(), sort="-created", limit=EACH)).rows]
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
    page, seconds, busy = await visitor.get(address), list[float](), list[float]()
    for _ in range(rounds):
        began, busy_before = time.perf_counter(), time.process_time()
        await visitor.get(address)
        seconds.append(time.perf_counter() - began)
        busy.append(time.process_time() - busy_before)
    return Measured(route, address, visitor.who, seconds, median(busy), await visitor.first_visit(page))


class Taken(NamedTuple):
    """What was measured on a database: every page for who waits longest, and those that nobody gets to."""

    dialect: str
    pages: Sequence[Measured]
    missed: Sequence[str]

    @property
    def is_good(self) -> bool:
        """Whether every page was measured, and is as fast and as small as promised."""
        return not self.missed and all(each.is_good for each in self.pages)


def _told(taken: Taken, many: int) -> Table:
    title = f"Pages: {many:,} records, {taken.dialect}"
    table = Table(Column(COLUMNS[0], no_wrap=True), *COLUMNS[1:], title=title)
    for each in sorted(taken.pages, key=lambda each: -each.median):
        times = (f"{seconds * 1_000:.0f} ms" for seconds in (each.median, each.p95, each.busy))
        verdict = "good" if each.is_good else "TOO MUCH"
        style = None if each.is_good else "red"
        table.add_row(each.route, each.who, *times, f"{each.moved / 1_000:.0f} kB", verdict, style=style)
    for route in taken.missed:
        table.add_row(route, *[""] * (len(COLUMNS) - 2), "NOT REACHED", style="red")
    return table


def rows(taken: Taken, many: int) -> list[Row]:
    """Give the claims about pages on a database, with what was measured."""
    on, source = f"on {NAMES[taken.dialect]}, {many:,} records", "python -m bench pages --proof"
    slowest = max(taken.pages, key=lambda each: each.median)
    largest = max(taken.pages, key=lambda each: each.moved)
    all_ = len(taken.pages) + len(taken.missed)
    fast, small = f"under {SLOWEST * 1_000:.0f} ms", f"at most {LARGEST // 1_000} kB"
    return [
        row(f"Pages measured {on}", len(taken.pages), goal=f"all {all_}", met=not taken.missed, source=source),
        row(
            f"Slowest page at the median {on}: {slowest.route}",
            slowest.median * 1_000,
            "ms",
            goal=fast,
            met=slowest.median < SLOWEST,
            source=source,
        ),
        row(
            f"Largest first visit {on}: {largest.route}",
            largest.moved / 1_000,
            "kB",
            goal=small,
            met=largest.moved <= LARGEST,
            source=source,
        ),
    ]


async def _on(url: str, many: int) -> Taken:
    await migrate(url)
    database = Database(url)
    try:
        await settle(database, many)
        return Taken(database.dialect, *await measure(database))
    finally:
        await database.close()


def _measured(dialect: str, many: int) -> Taken:
    with ExitStack() as open_:
        if dialect == "postgresql":
            url = open_.enter_context(postgres_server()).create("pages")
        else:
            url = f"sqlite:///{Path(open_.enter_context(tempfile.TemporaryDirectory())) / 'pages.db'}"
        return asyncio.run(_on(url, many))


def main(words: Sequence[str]) -> None:
    """Fill a store, measure, and print; the store is gone afterwards. It takes a few minutes, and 300 MB of disk.

    Raises SystemExit where a page is not as promised.
    """
    options = argparse.ArgumentParser("bench pages", description="Pages of the portal over many records.")
    options.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    options.add_argument("--many", type=int, default=MANY, help="how many records there are")
    options.add_argument("--proof", action="store_true", help="on both, and keep the figures in docs/proof/pages.json")
    given = options.parse_args(words)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    dialects = tuple(NAMES) if given.proof else ("postgresql",) if given.postgresql else ("sqlite",)
    found = []
    for dialect in dialects:
        found.append(_measured(dialect, given.many))
        Console(width=120).print(_told(found[-1], given.many))
    if given.proof:
        stores = " and ".join(made_on(each).store for each in dialects)
        made = made_on(dialects[0]).model_copy(update={"store": stores})
        keep("pages", [claim for each in found for claim in rows(each, given.many)], made)
    if not all(each.is_good for each in found):
        sys.exit(1)
