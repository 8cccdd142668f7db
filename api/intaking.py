"""Occurrences become records, repeats and resolutions of them, as an intake definition says.

Nothing here knows a process, a state or a field by name. A start's key holds the last closed record of the same
correlation, so that any number of senders at once start one record, and a new occurrence after its closure another.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import structlog

from api.alerts import Occurrence, without
from api.outside_values import filled
from api.pinned import newest
from api.problems import ProblemError, RefusalError
from api.sealing import sealed_event
from api.services import Services
from api.starting import begin
from engine.correlation import TAKEN
from engine.record import Actor, Event, Kind, Reason
from engine.requests import scoped
from language.definition import Definition
from language.organisation import Intake
from language.values import Value
from store.allotted import allotted
from store.queries import RecordRow, last_by_correlation, open_by_correlation
from store.starting import arrived, unbegun
from workflows.client import BusyError, ClosedError

SAME_FOR = 300.0
"""Seconds within which the same body is the same delivery, sent again."""
TRIES = 3

log = structlog.get_logger("steward.api")

Did = Literal["started", "repeated", "resolved", "nothing"]


class Taken(NamedTuple):
    """What an occurrence came to, and the record it came to."""

    did: Did
    record: str | None


class _Delivery(NamedTuple):
    """One occurrence on its way: by which value its record is found, and the ids under which it is known."""

    actor: Actor
    intake: Intake
    definition: Definition
    correlation: str
    given: Mapping[str, Any]
    known: Mapping[str, Value]
    id: str
    earlier: str
    """The id it had, sent shortly before now."""


async def take(services: Services, actor: Actor, intake: Intake, occurrence: Occurrence, body: str) -> Taken:
    """Start a record, or tell the open one that it is repeated or over; the same body sent again is taken once.

    `body` is a digest of what was sent. Raises RefusalError where no record can be made of it, and the client's errors.
    """
    definition = await newest(services.database, intake.process)
    given = await _sealed(services, intake, definition, filled(intake.name, intake.start, occurrence.known))
    correlation = given.get(definition.correlate or "")
    if not isinstance(correlation, str):
        raise ProblemError(
            500, f"The intake {intake.name} does not fill the field by which {intake.process} correlates."
        )
    at = int(services.clock() // SAME_FOR)
    ids = [scoped(intake.name, correlation, f"{body}/{each}") for each in (at, at - 1)]
    delivery = _Delivery(actor, intake, definition, correlation, given, occurrence.known, *ids)
    for _ in range(TRIES):
        try:
            if occurrence.over:
                return await _resolve(services, delivery)
            return await _report(services, delivery)
        except ClosedError:  # closed between the look and the signal: look again
            continue
    raise BusyError(f"the record of {correlation} is open, but nothing carries it out at present")


async def _sealed(
    services: Services, intake: Intake, definition: Definition, given: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Seal what goes into sensitive fields; what cannot be a value of one is left out."""
    event, record = Event(Kind.START, data=given), unbegun(definition)
    try:
        return (await sealed_event(services, definition, record, event)).data
    except RefusalError as refused:
        wrong = [reason.path.removeprefix("with.") for reason in refused.reasons]
        log.warning("alert taken without some values", intake=intake.name, because=refused.detail)
    event = event._replace(data={name: value for name, value in given.items() if name not in wrong})
    return (await sealed_event(services, definition, record, event)).data


async def _report(services: Services, delivery: _Delivery) -> Taken:
    """Tell the open record that it goes on; where there is none, start one."""
    row = await open_by_correlation(services.database, delivery.intake.process, delivery.correlation)
    if row is None:
        record, new = await _start(services, delivery)
        if new:
            return Taken("started", record)
        row = await arrived(services.database, record, services.start_wait)
        if row is not None and _came_before(row, delivery):  # another sender was quicker with the same
            return Taken("nothing", record)
    elif _came_before(row, delivery):
        return Taken("nothing", row.id)
    else:
        record = row.id
    return await _tell(services, delivery, record, "repeated")


async def _resolve(services: Services, delivery: _Delivery) -> Taken:
    """Tell the open record that it is over, also one that has begun and is not in the store yet."""
    row = await open_by_correlation(services.database, delivery.intake.process, delivery.correlation)
    if row is not None and _came_before(row, delivery):
        return Taken("nothing", row.id)
    record = (
        row.id
        if row
        else await allotted(services.database, delivery.definition.number, await _start_key(services, delivery))
    )
    if record is None:
        return Taken("nothing", None)
    try:
        return await _tell(services, delivery, record, "resolved")
    except ClosedError:
        if row is not None:
            raise
        return Taken("nothing", None)


async def _tell(services: Services, delivery: _Delivery, record: str, did: Literal["repeated", "resolved"]) -> Taken:
    """Let the event reach the record, if the intake sends one for this."""
    name = delivery.intake.repeated if did == "repeated" else delivery.intake.resolved
    if name is None:
        return Taken("nothing", record)
    event = Event(Kind.OCCUR, name, delivery.actor, delivery.given, id=delivery.id, body=delivery.id)
    event = event._replace(same_as=(delivery.id, delivery.earlier))  # what is not stored yet, the record alone knows
    await services.client.occur(record, event)
    return Taken(did, record)


async def _start(services: Services, delivery: _Delivery) -> tuple[str, bool]:
    """Start the record; values that are refused are given without what the organisation does not know, or left out."""
    key = await _start_key(services, delivery)
    event = Event(Kind.START, "start", delivery.actor, delivery.given, id=key, body=delivery.id, now=services.clock())
    try:
        return await begin(services, delivery.definition, event)
    except RefusalError as refused:
        if any(reason.code == TAKEN for reason in refused.reasons):  # another sender was faster
            raise ClosedError(f"a record of {delivery.correlation} has just been started") from refused
        given = _mended(delivery, refused.reasons)
        if given == delivery.given:
            raise
        log.warning("alert taken without some values", intake=delivery.intake.name, because=refused.detail)
    return await begin(services, delivery.definition, event._replace(data=given))


def _mended(delivery: _Delivery, reasons: tuple[Reason, ...]) -> Mapping[str, Any]:
    """Fill in again what was refused, as if the labels that brought it were not there; else leave it out.

    A monitoring system knows services that the organisation does not: its alert must not be lost for that.
    """
    given = dict(delivery.given)
    wrong = [name for name in given if f"fields.{name}" in {reason.path for reason in reasons}]
    known = without(delivery.known, {given[name]: None for name in wrong if isinstance(given[name], str)})
    again = filled(delivery.intake.name, delivery.intake.start, known)
    for name in wrong:
        refused = given.pop(name)
        if again.get(name, refused) != refused:
            given[name] = again[name]
    return given


async def _start_key(services: Services, delivery: _Delivery) -> str:
    last = await last_by_correlation(services.database, delivery.intake.process, delivery.correlation)
    return scoped(delivery.intake.name, delivery.correlation, f"start after {last.id if last else 'nothing'}")


def _came_before(row: RecordRow, delivery: _Delivery) -> bool:
    """Say whether the record has taken this very body a short while ago, be it as its start."""
    seen = row.body["seen"]
    taken = {*seen, *(body for body, _seq in seen.values())}
    return delivery.id in taken or delivery.earlier in taken
