"""Checks the values that come in from outside, of an intake or of the event map, against the process they are for."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from language.checks.values import fits
from language.definition import Definition, Field, Literal, Written
from language.expressions import Expression, Text
from language.inference import infer
from language.inputs import ValueRefused, read
from language.loader import Node, ScalarNode
from language.organisation import Organisation
from language.problems import did_you_mean, quoted
from language.schema.keys import Reading
from language.static_types import TEXT, StaticType, type_of


class Look(NamedTuple):
    """One look at a row: where mistakes are noted, what there is, its process, and what comes in."""

    reading: Reading
    organisation: Organisation
    definition: Definition
    known: Mapping[str, StaticType]


class Taker(NamedTuple):
    """What takes values, in words, and the names it asks for."""

    what: str
    asked: tuple[str, ...]


def filled(look: Look, name: str, value: Written, node: Node, taker: Taker) -> None:
    """Check one value: that what takes it asks for it, and that its field can hold it."""
    field, asked = look.definition.fields.get(name), taker.asked
    if name not in asked and field is None:
        hint = did_you_mean(name, asked) or f"There are: {', '.join(asked)}."
        look.reading.refuse(node, "unknown-field", f"{look.definition.process} has no field named {quoted(name)}", hint)
    elif name not in asked:
        message = f"{taker.what} of {look.definition.process} does not ask for {quoted(name)}"
        look.reading.refuse(node, "not-asked", message, "Name it there in needs or ask, or leave it out here.")
    elif not isinstance(value, Literal):
        computed(look, value, node, name, TEXT if field is None else type_of(field.shape.opened))
    elif field is not None:
        _literal(look, field, value, node)


def computed(look: Look, value: Expression | Text, node: Node, name: str, wanted: StaticType) -> None:
    """Check the expressions of a value, and what it gives."""
    found = [_expression(look, each, node) for each in (value.expressions if isinstance(value, Text) else (value,))]
    given = TEXT if isinstance(value, Text) else found[0]
    if not fits(wanted, given):
        look.reading.refuse(node, "wrong-type", f"{quoted(name)} takes {wanted}, not {given}")


def awaited(look: Look, event: str, node: Node, known: Iterable[str]) -> bool:
    """Check that an event is one of those that the process waits for, and say so."""
    found = tuple(dict.fromkeys(known))
    if event not in found:
        hint = did_you_mean(event, found) or f"It waits for: {', '.join(found) or 'none'}."
        message = f"{look.definition.process} does not wait for {quoted(event)}"
        look.reading.refuse(node, "unknown-event", message, hint)
    return event in found


def _literal(look: Look, field: Field, value: Literal, node: Node) -> None:
    try:
        plain = read(field.shape.opened, value.value)
    except ValueRefused as refused:
        look.reading.refuse(node, "bad-value", f"{field.name}: {refused.text}")
        return
    if isinstance(plain, dict) and look.organisation.find(field.shape.kind, str(plain["id"])) is None:
        found, kind = str(plain["id"]), field.shape.kind
        hint = did_you_mean(found, look.organisation.of(kind)) or "Describe it in the organisation."
        look.reading.refuse(node, "unknown-thing", f"no {kind.replace('_', ' ')} named {quoted(found)}", hint)


def _expression(look: Look, expression: Expression, node: Node) -> StaticType:
    assert isinstance(node, ScalarNode)  # what holds an expression was written as one value
    inferred = infer(expression, look.known, {}, {})
    for problem in inferred.problems:
        column = look.reading.column(node, problem.offset + node.text.startswith("="))
        look.reading.refuse_at(node.line, column, problem.code, problem.message, problem.hint)
    return inferred.type
