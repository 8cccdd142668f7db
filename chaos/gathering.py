"""Gathers the evidence: reads the store, asks every workflow where it stands, and takes what arrived elsewhere."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from chaos.commands import Sender
from chaos.evidence import Effect, Evidence, Happened, Standing, Stop, Stored
from chaos.fleet import SENDER, Fleet
from chaos.people import Work
from engine.messages import MESSAGE
from store import tables
from store.auditing import audited, changed_definitions
from store.correspondence import Correspondence
from workflows.client import BusyError, RecordClient

AT_ONCE = 8
SILENCE = re.compile(r"^(\S+Z) .*(?:the store went away|cannot reach the store|[Tt]imed out)", re.MULTILINE)
"""A line of a log by which a worker says that it does not know whether what it did was noted."""
MOMENTS = 20
"""How often everything is read again because something has happened meanwhile."""
QUIET = 3
"""Looks in a row between which nothing may have happened."""


async def settled(fleet: Fleet, patience: float) -> bool:
    """Wait until nothing is on its way any more: no row unsent, no event for a while; False when that never came."""
    until, before, same = time.monotonic() + patience, (0, 0), 0
    while time.monotonic() < until:
        now = await fleet.database.read(_on_its_way)
        same = same + 1 if now == before and now[1] == 0 else 0
        if same >= QUIET:
            return True
        before = now
        await asyncio.sleep(1.0)
    return False


def _on_its_way(connection: Connection) -> tuple[int, int]:
    """Give the last place in the feed, and how much waits: rows to be sent, clockworks that have not chimed."""
    feeds = connection.scalars(select(tables.record.c.feed)).all()
    waiting = connection.scalars(select(tables.outbox.c.key).where(tables.outbox.c.state == "waiting")).all()
    clocks = select(tables.record.c.id).where(
        tables.record.c.process == "clockwork", tables.record.c.state.in_(("ticking", "resting"))
    )
    return max(feeds, default=0), len(waiting) + len(connection.scalars(clocks).all())


async def gathered(fleet: Fleet, sender: Sender, work: Work, stops: list[Stop], ahead: Mapping[str, float]) -> Evidence:
    """Read everything as it is at one moment: again where an event came between; `ahead` is as in `Stored`."""
    for _ in range(MOMENTS):
        before = await fleet.database.read(_on_its_way)
        seen = await _gathered(fleet, sender, work, stops, ahead)
        if await fleet.database.read(_on_its_way) == before:
            return seen
    raise TimeoutError("there is no moment at which nothing happens")


async def _gathered(
    fleet: Fleet, sender: Sender, work: Work, stops: list[Stop], ahead: Mapping[str, float]
) -> Evidence:
    database = fleet.database
    records = await database.read(_records, ahead)
    flaws = [f"{flaw.record}/{flaw.seq} {flaw.text}" async for lot in audited(database) for flaw in lot.flaws]
    flaws += [f"the text of {each} was changed" for each in await changed_definitions(database)]
    return Evidence(
        now=time.time(),
        sent=tuple(sender.sent),
        errors=tuple(sender.errors),
        stops=tuple(stops),
        silences=tuple(_silences(fleet)),
        journal=await database.read(_journal),
        records=records,
        standing=await _standing(fleet.temporal, [each.id for each in records]),
        outbox=await database.read(_outbox, fleet.emails),
        letters=await database.read(_letters),
        mails=tuple(fleet.mail.taken),
        calls=tuple(fleet.other.carried_out),
        made=fleet.other.made(),
        told=work.told(),
        pokes=work.poked(),
        flaws=tuple(flaws),
    )


def _silences(fleet: Fleet) -> Iterator[float]:
    """Read in the logs of the workers when somebody did not answer them."""
    for name, program in fleet.programs.items():
        if name.startswith("worker"):
            for told in SILENCE.findall(program.log.read_text(encoding="utf-8", errors="replace")):
                yield datetime.fromisoformat(told).timestamp()


def _journal(connection: Connection) -> tuple[Happened, ...]:
    rows = tables.journal.c
    query = select(rows.record, rows.seq, rows.head, rows.previous_head, rows.kind, rows.name, rows.event)
    found = connection.execute(query.where(rows.void.is_(False)).order_by(rows.record, rows.seq)).all()
    return tuple(Happened(*row[:6], row[6].get("id", "")) for row in found)


def _records(connection: Connection, ahead: Mapping[str, float]) -> tuple[Stored, ...]:
    rows = tables.record.c
    found = connection.execute(
        select(rows.id, rows.process, rows.state, rows.final, rows.seq, rows.head, rows.due, rows.body)
    ).all()
    return tuple(Stored(*row[:7], row[7]["fields"], _faults(row[7]), ahead.get(row[0], 0.0)) for row in found)


def _faults(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(each) for each in body.get("faults", {}).values())


def _outbox(connection: Connection, emails: Mapping[str, str]) -> tuple[Effect, ...]:
    rows = tables.outbox.c
    names = ("key", "record", "kind", "state", "due_at", "error", "delivered")
    found = connection.execute(select(*(rows[name] for name in names))).all()
    return tuple(_effect(row, emails) for row in found)


def _effect(row: Any, emails: Mapping[str, str]) -> Effect:  # noqa: ANN401  # a row
    key, record, kind, state, due, error, delivered = row
    if kind != MESSAGE:
        return Effect(key, record, kind, state, due, error)
    ours = Correspondence(SENDER)
    ids = {person: ours.message_id(record, f"{key}\n{email}") for person, email in emails.items()}
    mailed = {person: ids[person] for person in delivered if person in ids}
    return Effect(key, record, kind, state, due, error, tuple(delivered), mailed, frozenset(ids.values()))


def _letters(connection: Connection) -> frozenset[tuple[str, str]]:
    rows = connection.execute(select(tables.inbox.c.key, tables.inbox.c.person)).all()
    return frozenset((row.key, row.person) for row in rows)


async def _standing(temporal: Client, names: list[str]) -> dict[str, Standing]:
    """Ask every workflow, some at a time."""
    client, places = RecordClient(temporal, time.time), asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> Standing:
        async with places:
            return await _stands(temporal, client, name)

    return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))


async def _stands(temporal: Client, client: RecordClient, name: str) -> Standing:
    """Ask a record where it stands, a few times where it is busy; one that never answers has a task that fails."""
    attempt = 1
    try:
        described = await temporal.get_workflow_handle(name).describe()
    except RPCError as gone:
        if gone.status is not RPCStatusCode.NOT_FOUND:
            raise
        return Standing(None, "")
    attempt = max(described.raw_description.pending_workflow_task.attempt, 1)
    for _ in range(5):
        try:
            head = await client.head(name)
        except BusyError:
            continue
        return Standing(None, "", attempt) if head is None else Standing(head.seq, head.head, attempt)
    return Standing(-1, "does not answer", attempt)
