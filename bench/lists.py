"""Lists and searches over a million records against the same over ten thousand: what must not get slower with them.

`python -m bench lists` prints the 95th percentile of each query on both, taken in turn, and ends with 1 when one is
more than 1.5 times as long over the many; `--postgresql` on PostgreSQL. On SQLite, which works in this process, it is
the processor's time that is taken, so that what else the machine does counts as little as can be.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.many_records import (
    AGENTS,
    COMMON,
    DISPATCHER,
    EACH_REQUESTER,
    FREQUENT,
    GROUPS,
    PREFIX,
    PROCESSES,
    STATES,
    at_work,
    fill,
)
from bench.measuring import shown
from bench.proving import Row, keep, made_on, row
from store.database import Database
from store.listing import Filter, list_records
from store.migrations import migrate
from store.queries import approvals_for, tasks_for
from tests.postgres import postgres_server

FEW, MANY = 10_000, 1_000_000
ROUNDS = 100
MOST = 1.5
"""How many times as long a query may take among the many."""


class Store(NamedTuple):
    """A database, and how many records are in it."""

    database: Database
    size: int


Ask = Callable[[Store, random.Random], Awaitable[object]]


def agent(chance: random.Random) -> tuple[str, ...]:
    """Name an agent, who sees every record."""
    name, group = f"agent{chance.randrange(AGENTS)}", f"group{chance.randrange(GROUPS)}"
    return (f"user:{name}", "name:agent", f"name:{group}", f"name:{name}", "name:anyone", f"group:{group}")


def requester(store: Store, chance: random.Random) -> tuple[str, ...]:
    """Name a requester, who sees about twenty."""
    name = f"person{chance.randrange(store.size // EACH_REQUESTER)}"
    return (f"user:{name}", f"name:{name}", "name:anyone")


def member(chance: random.Random) -> tuple[str, ...]:
    """Name somebody who sees what one group works on: one of twenty."""
    group = f"group{chance.randrange(GROUPS)}"
    return ("user:nobody", "name:nobody", "name:anyone", f"name:{group}", f"group:{group}")


def _asks(make: Callable[[random.Random], Filter], sort: str = "-updated") -> Ask:
    async def ask(store: Store, chance: random.Random) -> object:
        return await list_records(store.database, make(chance), viewer=agent(chance), sort=sort)

    return ask


async def _second_page(store: Store, chance: random.Random) -> object:
    viewer = agent(chance)
    first = await list_records(store.database, Filter(), viewer=viewer, limit=5)
    return await list_records(store.database, Filter(), viewer=viewer, cursor=first.next)


async def _own(store: Store, chance: random.Random) -> object:
    return await list_records(store.database, Filter(), viewer=requester(store, chance))


async def _own_search(store: Store, chance: random.Random) -> object:
    return await list_records(store.database, Filter(q=COMMON), viewer=requester(store, chance))


async def _of_a_group(store: Store, chance: random.Random) -> object:
    return await list_records(store.database, Filter(), viewer=member(chance))


async def _rare(store: Store, chance: random.Random) -> object:
    wanted = Filter(q=f"unique{chance.randrange(1, store.size)}")
    return await list_records(store.database, wanted, viewer=agent(chance))


async def _open_of_an_agent(store: Store, chance: random.Random) -> object:
    wanted = Filter(values={"assignee": (f"agent{chance.randrange(at_work(store.size))}",)}, final=False)
    return await list_records(store.database, wanted, viewer=agent(chance))


async def _tasks(store: Store, chance: random.Random) -> object:
    return await tasks_for(store.database, (f"user:agent{chance.randrange(at_work(store.size))}",))


async def _dispatched(store: Store, chance: random.Random) -> object:  # noqa: ARG001 - there is one who dispatches
    return await tasks_for(store.database, (f"user:{DISPATCHER}",))


async def _approvals(store: Store, chance: random.Random) -> object:
    return await approvals_for(store.database, (f"user:agent{chance.randrange(at_work(store.size))}",))


ASKED: dict[str, Ask] = {
    "an agent's list": _asks(lambda _: Filter()),
    "its second page": _second_page,
    "open ones only": _asks(lambda _: Filter(final=False)),
    "of a process in a state": _asks(lambda c: Filter(process=(c.choice(PROCESSES),), state=(c.choice(STATES),))),
    "closed ones of a process": _asks(lambda c: Filter(process=(c.choice(PROCESSES),), state=("closed",))),
    "of an assignee": _asks(lambda c: Filter(values={"assignee": (f"agent{c.randrange(AGENTS)}",)})),
    "open ones of an assignee": _open_of_an_agent,
    "of a group": _asks(lambda c: Filter(values={"group": (f"group{c.randrange(GROUPS)}",)})),
    "open ones, first due first": _asks(lambda _: Filter(final=False), sort="due"),
    "newest first": _asks(lambda _: Filter(), sort="-created"),
    "a word in one record": _rare,
    "a word in every other record": _asks(lambda _: Filter(q=COMMON)),
    "a word in every fiftieth": _asks(lambda _: Filter(q=FREQUENT)),
    "two words": _asks(lambda c: Filter(q=f"{COMMON} word{c.randrange(100)}")),
    "words with a beginning": _asks(lambda _: Filter(q=PREFIX)),
    "a word in none": _asks(lambda _: Filter(q="nowhere")),
    "a requester's own": _own,
    "a requester's search": _own_search,
    "what one of twenty groups sees": _of_a_group,
    "my tasks": _tasks,
    "my tasks, of very many": _dispatched,
    "my approvals": _approvals,
}


class Taken(NamedTuple):
    """What a query took, in seconds: on the few and on the many."""

    what: str
    few: list[float]
    many: list[float]


async def measure(few: Store, many: Store, rounds: int = ROUNDS) -> list[Taken]:
    """Ask everything of both, in turn, again and again."""
    taken = [Taken(what, [], []) for what in ASKED]
    chance = random.Random(1)
    clock = time.process_time if few.database.dialect == "sqlite" else time.perf_counter
    for turn in range(rounds + 1):
        for each in taken:
            for store, seconds in ((few, each.few), (many, each.many)):
                asked = random.Random(chance.random())
                began = clock()
                await ASKED[each.what](store, asked)
                if turn:  # the first round warms
                    seconds.append(clock() - began)
    return taken


def p95(seconds: Sequence[float]) -> float:
    """Give the time that all but the slowest twentieth stay within."""
    return sorted(seconds)[-1 - len(seconds) // 20]


def ratio(each: Taken) -> float:
    """Give how much longer a query takes over the many, at the 95th percentile."""
    return p95(each.many) / p95(each.few)


def p95_ratio(taken: Sequence[Taken]) -> float:
    """Give the same over all that was asked."""
    few = [second for each in taken for second in each.few]
    many = [second for each in taken for second in each.many]
    return ratio(Taken("all of them", few, many))


def _told(taken: Sequence[Taken], dialect: str, many: int) -> Table:
    title = f"Lists on {dialect}: 95th percentiles among {FEW:,} and {many:,} records"
    table = Table("what", "few", "many", "ratio", title=title)
    for each in taken:
        judged = f"{ratio(each):.2f}" if ratio(each) <= MOST else f"[red]{ratio(each):.2f} > {MOST}[/red]"
        table.add_row(each.what, shown(p95(each.few)), shown(p95(each.many)), judged)
    table.add_section()
    table.add_row("all of them", "", "", f"{p95_ratio(taken):.2f}")
    return table


def _rows(taken: Sequence[Taken], many: int, source: str) -> list[Row]:
    """Give what the page of figures says: each list, and all of them."""
    goal = f"≤ {MOST}"
    rows = [
        row(
            f"{each.what}: 95th percentile {shown(p95(each.many))} among {many:,} records, over that among {FEW:,}",
            ratio(each),
            "×",
            goal=goal,
            met=ratio(each) <= MOST,
            source=source,
        )
        for each in taken
    ]
    whole = p95_ratio(taken)
    return [*rows, row("all of them together", whole, "×", goal=goal, met=whole <= MOST, source=source)]


def _filled(url: str, count: int) -> Store:
    asyncio.run(migrate(url))
    store = Store(Database(url), count)
    fill(store.database, count)
    return store


async def _measured(few: Store, many: Store) -> list[Taken]:
    try:
        return await measure(few, many)
    finally:
        for store in (few, many):
            await store.database.close()


def main(words: Sequence[str]) -> None:
    """Fill two stores, measure, and print; the stores are gone afterwards. It takes some minutes, and 2 GB of disk.

    Raises SystemExit where a query takes too much longer among the many.
    """
    options = argparse.ArgumentParser(
        "bench lists", description="Lists and searches of many records against those of few."
    )
    options.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    options.add_argument("--many", type=int, default=MANY, help="how many records are many")
    given = options.parse_args(words)
    with ExitStack() as open_:
        if given.postgresql:
            server = open_.enter_context(postgres_server())
            urls = server.create("few"), server.create("many")
        else:
            directory = Path(open_.enter_context(tempfile.TemporaryDirectory()))
            urls = f"sqlite:///{directory / 'few.db'}", f"sqlite:///{directory / 'many.db'}"
        few, many = _filled(urls[0], FEW), _filled(urls[1], given.many)
        taken = asyncio.run(_measured(few, many))
        Console().print(_told(taken, few.database.dialect, given.many))
        if given.many == MANY:
            on = few.database.dialect
            source = "python -m bench lists" + " --postgresql" * given.postgresql
            keep("lists" if on == "sqlite" else "lists_postgresql", _rows(taken, MANY, source), made_on(on))
    slower = [each.what for each in taken if ratio(each) > MOST]
    if slower:
        raise SystemExit(f"more than {MOST} times as long among the many: {', '.join(slower)}")
