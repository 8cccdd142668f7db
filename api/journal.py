"""What happened to a record: who, for whom, when, from where, what; linked so that nothing can be changed unseen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.identity import Caller
from api.origins import AUDITORS, OriginView
from api.paging import Paged
from api.pinned import pinned
from api.services import Provided, Services
from api.showing import PersonView, restored, visible
from engine.record import Actor
from language.calendars import Calendar
from store.entries import clocks, entry_told
from store.queries import JournalEntry, RecordRow, find_break, get_journal

router = APIRouter(tags=["records"])


class LineView(BaseModel):
    """Something an event brought about: in words (times on the clocks of the process), and as data."""

    what: str
    name: str
    text: str
    data: dict[str, Any]
    internal: bool


class EntryView(BaseModel):
    """An event of a record. `head` is a digest of it and of `previous_head`: a chain that shows every change."""

    seq: int
    at: datetime
    kind: str
    name: str
    actor: PersonView | None = Field(description="who did it; null: time, a system or the process itself")
    on_behalf_of: PersonView | None = Field(description="who is away, and in whose place the actor did it")
    origin: OriginView | None = Field(description="from where; null: what nobody did, and what older versions wrote")
    version: int | None = Field(description="the version of the process it happened on; null: older ones kept none")
    lines: list[LineView]
    head: str
    previous_head: str


class JournalView(BaseModel):
    """What happened to a record, as far as you may see it; `broken` says where its chain, all of it, does not hold."""

    record: str
    version: int
    entries: list[EntryView]
    broken: str | None
    next: str | None = None


@router.get("/records/{record}/journal", operation_id="show_journal")
async def show_journal(record: str, services: Provided, caller: Caller, page: Paged) -> JournalView:
    """Tell what happened to a record, the oldest first."""
    row = await visible(services, record, caller)
    after = page.after(float) or (0.0,)
    found = await get_journal(services.database, record, float(after[0]), page.enough)
    entries, address = page.cut(found, lambda entry: (entry.seq,))
    return (await journal_view(services, row, caller, entries)).model_copy(update={"next": address})


async def journal_view(
    services: Services, row: RecordRow, actor: Actor, entries: Sequence[JournalEntry] | None = None
) -> JournalView:
    """Show the journal of a record to an actor who may see it; only these entries, where some are given."""
    record, definition = row.id, await pinned(services.database, row.digest)
    hours = clocks(definition, restored(row))
    if entries is None:
        entries = await get_journal(services.database, record)
    located = sees_where(row, actor)
    told = (entry_view(entry, hours, full=row.full, located=located) for entry in entries)
    gap = await find_break(services.database, record)
    return JournalView(
        record=record,
        version=row.version,
        entries=[entry for entry in told if entry.lines or row.full],
        broken=None if gap is None else gap.text,
    )


def origin_view(event: Mapping[str, Any], *, located: bool) -> OriginView | None:
    """Show from where an event came; without its address and credential unless `located`."""
    origin = (event.get("actor") or {}).get("origin") or {}
    if not origin.get("channel"):
        return None
    return OriginView(**origin) if located else OriginView(channel=origin["channel"])


def sees_where(row: RecordRow, actor: Actor) -> bool:
    """Say whether somebody is shown from which address and with which credential a record's events came."""
    return row.full or any(role in actor.roles for role in AUDITORS)


def entry_view(entry: JournalEntry, hours: Calendar, *, full: bool, located: bool) -> EntryView:
    """Show an event; what is internal only in full sight, from where it came only if `located`."""
    told = entry_told(entry, hours, full=full)
    return EntryView(**told, origin=origin_view(entry.event, located=located))
