"""What a record has booked, and when: what the state it is in asks `conflicts(…)` about, as the record stands now.

So that other records hear of a conflict with it, without a word of its process being known here.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

from engine.errors import Missing
from engine.plans import CONFLICTS, Booking
from engine.record import Event, Kind, Record
from engine.scope import Scope
from engine.turn import Turn
from language.definition import Definition
from language.evaluation import FUEL, Walk
from language.expression_tree import Name, Node
from language.operations import EvaluationRefused
from language.values import Ref, Value
from language.walking import every_expression

ARGUMENTS = 3


def bookings(definition: Definition, record: Record) -> tuple[Booking, ...]:
    """Give what a record has booked; nothing once it is final, or while a time is empty."""
    if record.final:
        return ()
    walk = Walk(Scope(Turn(definition, record, Event(Kind.TICK))), FUEL)
    found: dict[Booking, None] = {}
    for items, start, end in _asked(_Same(definition), record.state):
        with suppress(Missing, EvaluationRefused):
            since, until = walk.value(start), walk.value(end)
            if isinstance(since, datetime) and isinstance(until, datetime) and since < until:
                times = since.timestamp(), until.timestamp()
                found.update({Booking(record.id, what, *times): None for what in _named(walk.value(items))})
    return tuple(found)


def booked_openly(definition: Definition) -> bool:
    """Say whether everybody who sees a record may know what it has booked: no internal field says so."""
    asked = (each for state in definition.states for args in _asked(_Same(definition), state) for each in args)
    fields = definition.fields
    return not any(name in fields and fields[name].internal for each in asked for name in _names(each))


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.name
    for each in node.parts:
        yield from _names(each)


def _named(value: Value) -> Iterator[str]:
    if isinstance(value, Ref):
        yield f"{value.kind}:{value.id}"
    elif isinstance(value, tuple):
        for each in value:
            yield from _named(each)


class _Same:
    """A definition as a key: two are the same when they are one."""

    __slots__ = ("definition",)

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __hash__(self) -> int:
        return id(self.definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.definition is other.definition


@lru_cache(200)
def _asked(key: _Same, state: str) -> tuple[tuple[Node, ...], ...]:
    """Give the arguments of every `conflicts(items, start, end)` in a state: its `when`, its steps, its transitions."""
    calls = (call for each in every_expression(key.definition.states[state]) for call in each.functions)
    return tuple(call.args for call in calls if call.function == CONFLICTS and len(call.args) == ARGUMENTS)
