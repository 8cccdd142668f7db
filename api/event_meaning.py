"""Whom an event from outside is for that names no record: what its data say, else what the event map says."""

from collections.abc import Mapping
from typing import NamedTuple

from api.cloud_events import CloudEvent
from api.event_starts import Outside
from api.outside_values import filled, given
from api.pinned import newest
from api.problems import RefusalError
from api.services import Services
from api.showing import not_found
from engine.listing import listed
from engine.outside import outside as known_as
from engine.record import Reason
from language.definition import Definition, Written
from language.event_map import Mapped, mapped
from language.inputs import ValueRefused, read
from language.values import FieldType, Value
from store import reading
from store.facts import organisation


class Meaning(NamedTuple):
    """What an event is for a process: which event it is there, and what it brings.

    `field` finds its records, all that are open; None: what the process correlates by, which finds one.
    """

    definition: Definition
    event: str
    outside: Outside
    field: str | None = None


async def meaning(services: Services, sent: CloudEvent) -> Meaning:
    """Say whom an event is for. Raises NotFoundError and RefusalError, which say what to send or where to map it."""
    process, value = sent.data.get("process"), sent.data.get("value")
    named = await reading.newest(services.database, process) if isinstance(process, str) else None
    says_whom = isinstance(value, str) or (value is None and named is not None and named.correlate is None)
    if named is not None and says_whom:
        data = {name: each for name, each in sent.data.items() if name not in ("process", "value")}
        return Meaning(named, sent.type, Outside(value, data, sent.source, sent.id))
    around = await organisation(services.database)
    found = mapped(around, sent.type, sent.source)
    if found is not None:
        return _as_mapped(await newest(services.database, found.process), found, sent)
    if sent.subject is not None:
        raise not_found(sent.subject)
    if isinstance(process, str):
        await newest(services.database, process)
    text = (
        "say whom it is for: `subject` (the id of a record), or `process` and `value` in `data`; "
        f"the organisation's event map has no {sent.type} from {sent.source}"
    )
    raise RefusalError([Reason("input", "no-subject", text, "subject")])


def _as_mapped(definition: Definition, found: Mapped, sent: CloudEvent) -> Meaning:
    """Make of an event what the map says."""
    known = {"type": sent.type, "source": sent.source, "subject": sent.subject, "data": known_as(sent.data)}
    data = sent.data if found.with_ is None else filled(found.name, found.with_, known)
    field = None if found.field == definition.correlate else found.field
    value = None if found.value is None else _value(definition, found, found.value, known)
    return Meaning(definition, found.event, Outside(value, data, sent.source, sent.id), field)


def _value(definition: Definition, found: Mapped, written: Written, known: Mapping[str, Value]) -> str:
    """Give the text by which records are found: the mapped value as their field has it. Raises RefusalError."""
    name = found.field or definition.correlate or ""
    field = definition.fields.get(name)
    if field is None:
        raise _lost(found, f"{definition.process} has no field {name} any more")
    shape = field.shape.entry if field.shape.type is FieldType.LIST else field.shape
    try:
        text = listed(read(shape, given(found.name, "value", written, known)))
    except ValueRefused as refused:
        raise _lost(found, f"{name}: {refused.text}") from refused
    if not isinstance(text, str):
        raise _lost(found, f"{name} is empty for this event")
    return text


def _lost(found: Mapped, why: str) -> RefusalError:
    return RefusalError([Reason("input", "no-subject", f"events.{found.name} finds no record for it: {why}", "data")])
