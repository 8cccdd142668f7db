"""Answers facts about records, the same way for the store and for scenarios: what is asked, and what is said of each.

Which records fit is found by whoever has them (`store.record_facts` in SQL, `engine.scenarios` in a case); the words of
a question and of an answer are here.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.answers import Answer, fact
from engine.listing import listed
from engine.masking import mask
from engine.record import Json, Record
from engine.records import CORRELATED, COUNT_OF, FIND, LINKED, LOOKING, OF_RECORD, PARENT, is_record
from engine.scope import moment
from engine.typed_json import shape_json
from language.definition import Definition
from language.inputs import ValueRefused, read
from language.values import FieldType, Shape, plain

MOST = 500
"""How many records a fact finds at most."""

ENTITY = "entity"
RECORD = Shape(FieldType.REF, of=PARENT)
TEXT, TIME, USER = Shape(FieldType.TEXT), Shape(FieldType.DATETIME), Shape(FieldType.USER)


class Sought(NamedTuple):
    """Which records a fact looks for: those of a process where each of these fields holds one of these values.

    `states` None: in any. `since` is when they began at the earliest (seconds). The newest `most` of them are given,
    oldest first.
    """

    process: str
    values: Mapping[str, tuple[str, ...]]
    states: tuple[str, ...] | None
    since: float | None
    most: int


def is_about_records(key: str) -> bool:
    """Say whether a fact is one about records, and not one about the organisation."""
    name, *arguments = json.loads(key)
    return name in (*LOOKING, OF_RECORD, CORRELATED) or (name == ENTITY and is_record(arguments[0]))


def about(key: str) -> tuple[str, str, str] | None:
    """Give the process, id and attribute a fact asks of one record (no attribute: whether there is such a record)."""
    name, *arguments = json.loads(key)
    if name == ENTITY:
        return arguments[0], arguments[1], ""
    return (arguments[0], arguments[1], arguments[2]) if name == OF_RECORD else None


def correlated(key: str) -> tuple[str, str] | None:
    """Give the process and the value by which an open record is looked for; None for other facts."""
    name, *arguments = json.loads(key)
    return (arguments[0], arguments[1]) if name == CORRELATED else None


def process_of(key: str) -> str:
    """Name the process whose records a fact looks for."""
    name, *arguments = json.loads(key)
    return str(arguments[name == LINKED])


def sought(definition: Definition, key: str) -> Sought:
    """Read what a fact looks for; `definition` is that of the process whose records are looked for."""
    name, *arguments = json.loads(key)
    named = dict(arguments[-1])
    states, since, newest = named.pop("state", None), named.pop("since", None), named.pop("newest", None)
    if name == LINKED:
        named = {arguments[2]: arguments[0]}
    return Sought(
        definition.process,
        {field: _wanted(definition, field, value) for field, value in named.items()},
        None if states is None else tuple(states) if isinstance(states, list) else (states,),
        None if since is None or name == LINKED else datetime.fromisoformat(since).timestamp(),
        _most(newest) if name == FIND else MOST,
    )


def found(key: str, ids: list[str]) -> Answer:
    """Answer a fact that looks for records with the ids of those that fit."""
    if json.loads(key)[0] == COUNT_OF:
        return fact(str(len(ids)))
    return fact([{"id": each, "label": each} for each in ids])


def said(definition: Definition | None, record: Record | None, key: str) -> Answer:
    """Answer what a fact asks of one record (None: there is none of this id and process)."""
    asked = about(key)
    assert asked is not None
    _process, name, attribute = asked
    if definition is None or record is None:
        return fact(None)
    if not attribute:
        return fact({"label": name})
    return fact(_attribute(definition, record, attribute))


def _attribute(definition: Definition, record: Record, name: str) -> Json:
    field = definition.fields.get(name)
    if field is not None:
        return _told(field.shape, record.fields.get(name))
    known = {
        "state": (TEXT, record.state),
        "created_at": (TIME, plain(moment(record.created_at))),
        "created_by": (USER, record.created_by),
        "updated_at": (TIME, plain(moment(record.updated_at))),
        "parent": (RECORD, {"id": record.parent, "label": record.parent} if record.parent else None),
    }
    return _told(*known[name]) if name in known else None


def _told(shape: Shape, value: Json) -> Json:
    return {"shape": shape_json(shape), "value": mask(value) if shape.sealed else value}


def _wanted(definition: Definition, field: str, value: Json) -> tuple[str, ...]:
    """Give the texts under which records are found by a value of a field, or by any of a list."""
    values = value if isinstance(value, list) else [value]
    texts = (listed(_canonical(definition, field, each)) for each in values)
    return tuple(text for text in texts if isinstance(text, str))


def _canonical(definition: Definition, field: str, value: Json) -> Json:
    """Write a value as the field has it: `5` as `5.00` where it is money."""
    known = definition.fields.get(field)
    if known is None:
        return value
    shape = known.shape.entry if known.shape.type is FieldType.LIST and known.shape.columns is None else known.shape
    try:
        return read(shape, value)
    except ValueRefused:
        return value


def _most(newest: Json) -> int:
    """Read how many of the newest are wanted: a whole number, at most 500."""
    return MOST if newest is None else min(max(int(Decimal(newest)), 0), MOST)
