"""Whose request a record is: by which fields it is for somebody, and whether it waits for their answer."""

from engine.paths import step_at, transitions_of
from engine.record import Record
from engine.visibility import viewer
from language.definition import Definition, Wait
from language.values import FieldType, Shape
from portal.visiting import Visit
from store.reading import newest_of_each
from store.requests import Asker

REPLIED = ".replied"
"""A public comment by a person in a field raises the event FIELD.replied (docs/language/people.md)."""


async def asker(visit: Visit) -> Asker:
    """Give the visitor as one who asks."""
    processes = (await newest_of_each(visit.services.database)).values()
    fields = dict.fromkeys(name for each in processes for name in for_whom(each))
    return Asker(visit.actor.id, viewer(visit.actor), tuple(fields))


def for_whom(definition: Definition) -> tuple[str, ...]:
    """Name the fields with people whom a record is for: they may start it, or see it because they stand there."""
    named = (*definition.start.by, *(definition.read or ()))
    return tuple(
        name
        for name in dict.fromkeys(each for each in named if isinstance(each, str))
        if name in definition.fields and _holds_people(definition.fields[name].shape)
    )


def awaits_answer(definition: Definition, record: Record, person: str) -> bool:
    """Say whether a comment by a person is what moves a record on from where it stands."""
    waits = [step_at(definition, path) for path, token in record.tokens.items() if token.kind == "wait"]
    events = [each.event for each in transitions_of(definition, record.state)]
    events += [step.event for step in waits if isinstance(step, Wait)]
    names = [event.removesuffix(REPLIED) for event in events if event and event.endswith(REPLIED)]
    return any(_stands_in(record.fields.get(name), person) for name in names)


def _holds_people(shape: Shape) -> bool:
    return FieldType.USER in (shape.type, shape.entry.type if shape.type is FieldType.LIST else shape.type)


def _stands_in(value: object, person: str) -> bool:
    people = value if isinstance(value, list) else [value]
    return any(isinstance(each, dict) and each.get("id") == person for each in people)
