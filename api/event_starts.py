"""Records that outside events start (`start.event`): an event that finds no open record begins one, once.

The key of such a start holds the last record of the same correlation, so that any number of senders at once start one
record, and an event after its closure another. A record knows the events it has taken, be it as its start, so that one
that comes again starts nothing, also when the record has been closed since.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from api.problems import RefusalError
from api.sealing import sealed_event
from api.services import Services
from api.starting import begin
from engine.correlation import TAKEN
from engine.record import Event, Kind
from engine.requests import scoped
from language.definition import Definition
from store.queries import RecordRow, last_by_correlation
from store.starting import arrived, unbegun


class Outside(NamedTuple):
    """An event that may start a record: by which value its process finds records, what it brings, and whose it is."""

    value: str | None
    data: Mapping[str, Any]
    source: str
    id: str

    def known_to(self, record: str) -> str:
        """Give the id by which a record knows it."""
        return scoped(self.source, f"events/{record}", self.id)

    @property
    def known_as_start(self) -> str:
        """Give the id by which a record knows that it has started it."""
        return scoped(self.source, "events", self.id)


async def start(services: Services, definition: Definition, sent: Outside) -> str | None:
    """Start a record, unless it has done so before; None where another sender has just started one: it is for that.

    Raises RefusalError with every reason why it cannot be started, and the client's errors.
    """
    before = await _before(services, definition, sent)
    if before is not None and (has_started(before, sent) or sent.known_to(before.id) in before.body["seen"]):
        return before.id
    event = Event(Kind.START, "start", data=_given(definition, sent), now=services.clock())
    event = await sealed_event(services, definition, unbegun(definition), event, "data")
    event = event._replace(id=_key(definition, sent, before), body=sent.known_as_start)
    try:
        begun = await begin(services, definition, event, "data")
    except RefusalError as refused:
        if any(reason.code == TAKEN for reason in refused.reasons):
            return None
        raise
    row = None if begun.new else await arrived(services.database, begun.record, services.start_wait)
    return begun.record if row is None or has_started(row, sent) else None


def has_started(row: RecordRow, sent: Outside) -> bool:
    """Say whether it was this event that has started a record."""
    return sent.known_as_start in {body for body, _seq in row.body["seen"].values()}


async def _before(services: Services, definition: Definition, sent: Outside) -> RecordRow | None:
    """Give the last record that was found by the same value."""
    if definition.correlate is None or sent.value is None:
        return None
    return await last_by_correlation(services.database, definition.process, sent.value)


def _given(definition: Definition, sent: Outside) -> Mapping[str, Any]:
    return {**sent.data, **({} if definition.correlate is None else {definition.correlate: sent.value})}


def _key(definition: Definition, sent: Outside, before: RecordRow | None) -> str:
    """Give the key of a start: where nothing finds records, each event starts its own."""
    if definition.correlate is None:
        return scoped(definition.process, "events", sent.known_as_start)
    return scoped(definition.process, f"events/{sent.value}", f"after {before.id if before else 'nothing'}")
