"""One command to one record: seen, keyed, sent, and answered with the record as it is afterwards."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Response

from api.foreseeing import foreseen
from api.identity import Caller
from api.inputs import Key, RequestKey, Revision
from api.pinned import pinned
from api.problems import RefusalError, placed, status_of
from api.sealing import sealed_event
from api.services import Provided, Services
from api.showing import RecordView, not_found, reachable, restored, tagged, view_now, visible
from engine.judging import judge
from engine.record import Actor, Event, Reason, Refused
from engine.requests import answered, body_digest
from engine.visibility import viewer
from language.definition import Definition
from store.asking import ask
from store.facts import facts
from store.queries import RecordRow, get_record
from workflows.client import BusyError, ClosedError, RefusedError

CONFLICT = 409
UNSEEN: dict[int | str, dict[str, Any]] = {204: {"description": "done; the record is not for you to see any more"}}
"""What else a command may answer, for the description of the API."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a command, under which key, having seen which revision, and the answer that is being made."""

    services: Services
    actor: Actor
    key: RequestKey
    revision: int | None
    response: Response


async def _sender(services: Provided, caller: Caller, key: Key, revision: Revision, response: Response) -> Sender:
    return Sender(services, caller, key, revision, response)


Sent = Annotated[Sender, Depends(_sender)]
"""The sender of a command, as a parameter of a handler."""


async def command(sender: Sender, record: str, event: Event, root: str = "with") -> RecordView | Response:
    """Have an event of a person carried out, as `performed` does, and answer with the record as they see it then."""
    await _perform(sender, record, event, root)
    view = await view_now(sender.services, record, sender.actor)
    return Response(status_code=204) if view is None else tagged(sender.response, view)


async def performed(sender: Sender, record: str, event: Event, root: str = "with") -> RecordRow | None:
    """Have an event of a person carried out, and give the record as it is then (None: they see it no more).

    `event` holds kind, name and data; `root` is where its values stand in the request. Raises NotFoundError,
    RefusalError and the errors of the client.
    """
    await _perform(sender, record, event, root)
    return await get_record(sender.services.database, record, viewer(sender.actor))


async def _perform(sender: Sender, record: str, event: Event, root: str) -> None:
    services, actor = sender.services, sender.actor
    seen = await visible(services, record, actor)
    if event.data:
        event = await sealed_event(services, await pinned(services.database, seen.digest), restored(seen), event, root)
    key = sender.key.scoped(actor.id, f"records/{record}/{event.kind}/{event.name}")
    asked = event._replace(actor=actor, id=key, body=body_digest(event), revision=sender.revision)
    asked = await foreseen(services.database, seen, asked, services.clock())
    try:
        await carry_out(services, record, asked, services.command_wait)
    except RefusedError as refused:
        raise await _refusal(services, actor, record, refused.reasons, root) from refused


async def carry_out(services: Services, record: str, event: Event, wait: float, into: Definition | None = None) -> None:
    """Have an event carried out that may begin for so many seconds; `into` is the version that a record is moved to.

    Raises RefusedError and the errors of the client.
    """
    try:
        await services.client.send(record, event, partial(facts, services.database), wait)
    except ClosedError:
        await closed(services, record, event, into)


async def closed(services: Services, record: str, event: Event, into: Definition | None = None) -> None:
    """Take an event that came after its record was closed: fine when it was taken before, else refused with the reason.

    Raises RefusedError, or BusyError where the record is open but has no workflow.
    """
    row = await get_record(services.database, record)
    if row is None:
        raise not_found(record)
    stored = restored(row)
    before = answered(stored, event)
    if isinstance(before, int):
        return
    if before is not None:
        raise RefusedError(before.reasons)
    definition, now = await pinned(services.database, row.digest), services.clock()
    outcome, _ = await ask(
        services.database,
        now,
        lambda known, asked: judge(definition, stored, event._replace(now=now, facts=known, asked=asked), into),
    )
    if isinstance(outcome, Refused):
        raise RefusedError(outcome.reasons)
    raise BusyError(f"{record} is open, but nothing carries it out at present: an operator can re-create it")


async def _refusal(
    services: Services, actor: Actor, record: str, reasons: tuple[Reason, ...], root: str
) -> RefusalError:
    """Say why not; where it is not possible now, also what is."""
    row = None
    if status_of(reasons) == CONFLICT:
        row = await get_record(services.database, record, viewer(actor))
    possible = None if row is None else await reachable(services, row, actor)
    return RefusalError(placed(reasons, root), possible)
