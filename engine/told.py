"""Whether a record is told of all that an expression reads, so that nothing need be asked again as time goes by.

It is told of its own fields, tasks and approvals by its events, and of the organisation by the store
(`engine.reliance`). Nobody tells it of the time, of facts, or of other records.
"""

from collections.abc import Iterator

from engine.reliance import FOLLOWED
from language.definition import Definition
from language.expressions import Expression
from language.functions import BUILT_IN
from language.organisation import REFERABLE
from language.values import FieldType, Shape

OWN = ("id", "state", "created_at", "created_by", "open_tasks", "tasks", "approvals")
"""What of the record itself stays as it is, or is looked at with each event."""


def is_told(definition: Definition, expression: Expression, seen: tuple[str, ...] = ()) -> bool:
    """Say so; `seen` are fields that have been followed already."""
    if any(call.function not in BUILT_IN for call in expression.functions):
        return False
    return all(_is_told(definition, path, seen) for path in expression.paths)


def _is_told(definition: Definition, path: tuple[str, ...], seen: tuple[str, ...]) -> bool:
    first, *attributes = path
    if first in definition.tables:
        return all(_follows(definition, name, seen) for name in definition.tables[first].given)
    if first not in definition.fields:
        return first in OWN and len(attributes) <= FOLLOWED + 1
    kinds = tuple(_kinds(definition.fields[first].shape)) if attributes else ()
    known = all(kind in REFERABLE for kind in kinds) and len(attributes) <= FOLLOWED + 1
    return known and _follows(definition, first, seen)


def _follows(definition: Definition, name: str, seen: tuple[str, ...]) -> bool:
    """Say whether the record is told of all that a field follows: its expression, and what a table gives it by."""
    value, seen = definition.fields[name].value, (*seen, name)
    given = [each for table in definition.tables.values() if name in table.gives for each in table.given]
    told = all(_follows(definition, each, seen) for each in given if each not in seen)
    return told and (value is None or name in seen[:-1] or is_told(definition, value, seen))


def _kinds(shape: Shape) -> Iterator[str]:
    """Name what a field refers to."""
    if shape.columns is not None:
        for column in shape.columns.values():
            yield from _kinds(column)
    elif shape.type is FieldType.LIST:
        yield from _kinds(shape.entry)
    elif shape.type in (FieldType.USER, FieldType.GROUP, FieldType.REF, FieldType.FILE):
        yield shape.kind
