"""Other records, as expressions see them: what is read of a reference to one, and the facts that look for some.

Both are facts, answered by the store (`engine.record_facts` says how): this module asks.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from engine.errors import Missing
from engine.turn import Turn, fact_key
from engine.typed_json import typed_value
from language.operations import EvaluationRefused, kind_in_words
from language.organisation import ATTRIBUTES
from language.values import FieldType, Ref, Shape, Value, plain, typed

LINKED, FIND, COUNT_OF = "linked", "find", "count_of"
LOOKING = (LINKED, FIND, COUNT_OF)
"""The facts that look for records."""

CORRELATED = "correlated"
"""The fact that says which open record of a process outside events find by a value."""

OF_RECORD = "of_record"
"""The fact that says what an attribute of a record is."""

KINDS: Mapping[str, type] = {"state": str, "since": datetime, "newest": Decimal}
"""What the named arguments of those facts are that are no fields."""

PARENT = "record"
"""What the reference `parent` is of: a record of any process."""


def is_record(kind: str) -> bool:
    """Say whether a reference of this kind is one to a record, not to a thing of the organisation."""
    return kind not in ATTRIBUTES


def attribute(turn: Turn, of: Ref, name: str) -> Value:
    """Give an attribute of another record; where it is not known yet, ask for those of the records beside it too."""
    try:
        answer = turn.fact(OF_RECORD, of.kind, of.id, name)["value"]
    except Missing:
        keys = (fact_key(OF_RECORD, of.kind, each, name) for each in _beside(turn, of))
        raise Missing(*(key for key in keys if key not in turn.event.facts)) from None
    return None if answer is None else typed_value(answer["shape"], answer["value"])


def look(turn: Turn, function: str, arguments: tuple[Value, ...], named: Mapping[str, Value]) -> Value:
    """Look for records by a fact: references, or their number. Raises EvaluationRefused."""
    given = [each if isinstance(each, str) else "" for each in arguments]
    own = [turn.before.id] if function == LINKED else []
    for name, value in named.items():
        kind = KINDS.get(name)
        if kind is not None and not all(isinstance(each, kind) for each in _each(value)):
            raise EvaluationRefused(f"{function} cannot take {kind_in_words(value)} as {name}")
    answer = turn.fact(function, *own, *given, {name: plain(value) for name, value in named.items()})
    shape = Shape(FieldType.NUMBER) if function == COUNT_OF else Shape(FieldType.LIST, of=given[0])
    return typed(shape, answer["value"])


def _each(value: Value) -> tuple[Value, ...]:
    return value if type(value) is tuple else (value,)


def _beside(turn: Turn, of: Ref) -> Iterator[str]:
    """Give the ids of this record and of all that stand in a list with it: they will be asked for next."""
    found = {of.id: None}
    for listed in _lists(turn, of.kind):
        ids = [each["id"] for each in listed]
        if of.id in ids:
            found.update(dict.fromkeys(ids))
    yield from found


def _lists(turn: Turn, process: str) -> Iterator[list[dict[str, str]]]:
    for key, fact in turn.event.facts.items():
        name, *arguments = json.loads(key)
        if name in (LINKED, FIND) and arguments[name == LINKED] == process:
            yield fact["value"]
    for name, field in turn.definition.fields.items():
        if field.shape.type is FieldType.LIST and field.shape.of == process:
            yield turn.fields.get(name) or []
