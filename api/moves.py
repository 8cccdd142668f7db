"""Running records are moved to another version of their process: tried first, then moved, in batches, one by one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.commanding import carry_out
from api.identity import Caller
from api.inputs import Body, Key, RequestKey, Text
from api.pinned import newest, pinned
from api.problems import ReasonView, RefusalError, reason_view
from api.publishers import demand_publisher
from api.services import Provided, Services
from api.showing import restored
from engine.journal import tell
from engine.judging import judge
from engine.record import Actor, Advanced, Event, Kind, Reason, Refused
from engine.requests import body_digest
from language.definition import Definition
from store import definitions
from store.asking import ask
from store.entries import clocks
from store.errors import UnavailableError
from store.following import open_on
from store.queries import RecordRow, get_record
from store.reading import read
from store.retiring import RETIRED, retired
from workflows.client import BusyError, CrowdedError, PendingError, RefusedError

router = APIRouter(tags=["definitions"])

MOST = 50
"""Records of one request."""
AT_ONCE = 8
"""Records that are moved at the same time."""
MOVED_LINE = "moved"

Version = Annotated[int, Field(ge=1, le=1_000_000)]


class Outcome(StrEnum):
    """What came of moving a record; of one that is `unknown`, the same key tells later."""

    WOULD_MOVE = "would_move"
    MOVED = "moved"
    REFUSED = "refused"
    BUSY = "busy"
    UNKNOWN = "unknown"


class MovesBody(Body):
    """Which records are moved where; `dry_run` only says what would come of it."""

    to: Version | None = Field(None, description="the version; without it the newest")
    from_: list[Version] | None = Field(
        None, alias="from", min_length=1, max_length=100, description="versions that are left; without it all before"
    )
    records: list[Text] | None = Field(
        None, min_length=1, max_length=MOST, description="these; without it all that are open, page by page"
    )
    restart: list[Text] = Field(
        default_factory=list, max_length=100, description="states whose `do` may begin again where it cannot go on"
    )
    dry_run: bool = False
    limit: int = Field(MOST, ge=1, le=MOST, description="records of a page")
    after: Text = Field("", description="`next` of the page before")


class MoveView(BaseModel):
    """What came, or would come, of moving one record: every reason why not, or the state it is in afterwards."""

    record: str
    version: int | None = Field(description="the version it was on; null: there is no such record")
    state: str | None
    outcome: Outcome
    becomes: str | None = Field(None, description="the state afterwards")
    changes: list[str] = Field(default_factory=list, description="of a dry run: what its journal would say")
    reasons: list[ReasonView] = Field(default_factory=list)


class MovesView(BaseModel):
    """What came of each record of a page; `next` asks for the page after it (null: it is the last)."""

    process: str
    to: int
    from_: list[int] = Field(serialization_alias="from")
    dry_run: bool
    records: list[MoveView]
    next: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Who moves records from which versions to which; `until` is when the last of them may begin."""

    services: Services
    actor: Actor
    key: RequestKey
    into: Definition
    versions: tuple[int, ...]
    restart: tuple[str, ...]
    until: float

    def event(self, record: str) -> Event:
        """Give the event that moves a record, known to it by the sender's key."""
        into, restart = self.into, {"restart": list(self.restart)} if self.restart else {}
        data = {"definition": into.source, "digest": into.digest, "from": list(self.versions), **restart}
        key = self.key.scoped(self.actor.id, f"records/{record}/{Kind.MOVE}/")
        event = Event(Kind.MOVE, "", self.actor, data, id=key, now=self.services.clock())
        return event._replace(body=body_digest(event))


@router.post("/definitions/{process}/moves", operation_id="move_records")
async def move_records(process: str, body: MovesBody, services: Provided, caller: Caller, key: Key) -> MovesView:
    """Move open records to another version of their process, or, in a dry run, say of each whether it would move.

    Each record is moved by itself: that one is refused keeps no other from it. Repeated with the same key, a record
    that is named is answered as before; a page of all that are open holds what is left.
    """
    await newest(services.database, process)
    await demand_publisher(services, caller, process, "move records of {}")
    into, versions = await _ways(services, process, body)
    until = services.clock() + services.command_wait
    plan = Plan(services, caller, key, into, versions, tuple(body.restart), until)
    names, following = await _page(services, process, body, versions)
    found = [await _tried(plan, each) for each in names] if body.dry_run else await _moved(plan, names)
    return MovesView(
        process=process, to=into.version, from_=list(versions), dry_run=body.dry_run, records=found, next=following
    )


async def _ways(services: Services, process: str, body: MovesBody) -> tuple[Definition, tuple[int, ...]]:
    """Give the version that records are moved to, and those that they are moved from; raise RefusalError."""
    published = {each.version: each for each in await definitions.versions(services.database, process)}
    to = max(published) if body.to is None else body.to
    given = body.from_ if body.from_ is not None else sorted(each for each in published if each < to)
    named = {"to": to, **{f"from.{place}": each for place, each in enumerate(given)}}
    known = ", ".join(map(str, sorted(published)))
    reasons = [
        Reason("input", "unknown-version", f"{process} has no version {each}. Published are: {known}.", path)
        for path, each in named.items()
        if each not in published
    ]
    if to in given:
        text = f"records on version {to} are there already: say from which others"
        reasons.append(Reason("input", "same-version", text, f"from.{given.index(to)}"))
    if not given:
        text = f"{process} has no version before {to}: say from which ones its records are to come"
        reasons.append(Reason("input", "no-earlier-version", text, "from"))
    if to in await retired(services.database, process):
        text = f"version {to} of {process} is retired, and no record is moved to it. Publish another version."
        reasons.append(Reason("state", RETIRED, text, "to"))
    if reasons:
        raise RefusalError(reasons)
    return read(published[to].source), tuple(dict.fromkeys(given))


async def _page(
    services: Services, process: str, body: MovesBody, versions: tuple[int, ...]
) -> tuple[Sequence[str], str | None]:
    """Name the records that are meant, and the last of them where more follow."""
    if body.records is not None:
        return tuple(dict.fromkeys(body.records)), None
    found = await open_on(services.database, process, versions, after=body.after, limit=body.limit + 1)
    names = found[: body.limit]
    return names, names[-1] if len(found) > body.limit else None


async def _tried(plan: Plan, name: str) -> MoveView:
    """Say what would come of moving a record, as it is stored."""
    row = await _row(plan, name)
    if row is None:
        return _absent(plan, name)
    database, event, record = plan.services.database, plan.event(name), restored(row)
    old = await pinned(database, row.digest)
    outcome, _ = await ask(
        database,
        event.now,
        lambda known, asked: judge(old, record, event._replace(facts=known, asked=asked), plan.into),
    )
    if isinstance(outcome, Refused):
        return _view(row, Outcome.REFUSED, outcome.reasons)
    assert isinstance(outcome, Advanced)
    hours = clocks(plan.into, outcome.record)
    told = [tell(line, hours) for line in outcome.lines if line.what != MOVED_LINE and not line.internal]
    return _view(row, Outcome.WOULD_MOVE, becomes=outcome.record.state, changes=told)


async def _moved(plan: Plan, names: Sequence[str]) -> list[MoveView]:
    """Move records, some of them at the same time."""
    places = asyncio.Semaphore(AT_ONCE)

    async def moved(name: str) -> MoveView:
        async with places:
            return await _moved_one(plan, name)

    return list(await asyncio.gather(*map(moved, names)))


async def _moved_one(plan: Plan, name: str) -> MoveView:
    row = await _row(plan, name)
    if row is None:
        return _absent(plan, name)
    wait = max(plan.until - plan.services.clock(), 0.0)
    try:
        await carry_out(plan.services, name, plan.event(name), wait, plan.into)
    except RefusedError as refused:
        return _view(row, Outcome.REFUSED, refused.reasons)
    except (BusyError, CrowdedError, UnavailableError) as busy:
        return _view(row, Outcome.BUSY, (Reason("state", "busy", str(busy)),))
    except PendingError as pending:
        return _view(row, Outcome.UNKNOWN, (Reason("state", "pending", str(pending)),))
    after = await _row(plan, name)
    return _view(row, Outcome.MOVED, becomes=row.state if after is None else after.state)


async def _row(plan: Plan, name: str) -> RecordRow | None:
    """Give a record of the process."""
    row = await get_record(plan.services.database, name)
    return row if row is not None and row.process == plan.into.process else None


def _absent(plan: Plan, name: str) -> MoveView:
    reason = Reason("input", "unknown-record", f"there is no {name} among the records of {plan.into.process}")
    return MoveView(record=name, version=None, state=None, outcome=Outcome.REFUSED, reasons=[reason_view(reason)])


def _view(
    row: RecordRow,
    outcome: Outcome,
    reasons: Sequence[Reason] = (),
    *,
    becomes: str | None = None,
    changes: Sequence[str] = (),
) -> MoveView:
    return MoveView(
        record=row.id,
        version=row.version,
        state=row.state,
        outcome=outcome,
        becomes=becomes,
        changes=list(changes),
        reasons=[reason_view(reason) for reason in reasons],
    )
