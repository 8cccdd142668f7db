"""Checks a row of the event map of an organisation against the process that its events are for."""

from collections.abc import Iterator

from language.checks.bringing import Look, Taker, awaited, computed, filled
from language.checks.inspection import under
from language.checks.starting import needed
from language.definition import Definition, Literal, Transition, Wait
from language.event_map import EVENT, Mapped, mapping_of
from language.loader import Node
from language.problems import did_you_mean, quoted
from language.static_types import TEXT
from language.values import LISTED
from language.walking import events_awaited, every_step


def event(look: Look, name: str, node: Node) -> None:
    """Check one, which is written there."""
    found, definition = mapping_of(name, look.organisation.of(EVENT)[name]), look.definition
    starts = definition.start.event
    if not awaited(look, found.event, under(node, EVENT), (*events_awaited(definition), *([starts] if starts else []))):
        return
    _found_by(look, found, node)
    if found.value is not None and not isinstance(found.value, Literal):
        computed(look, found.value, under(node, "value"), "value", TEXT)
    if found.with_ is not None:
        _brings(look, found, node)


def _found_by(look: Look, found: Mapped, node: Node) -> None:
    """Check that a record can be found, or that nothing need be found."""
    definition = look.definition
    if found.field is not None:
        _field(look, found.field, under(node, "field"))
    elif definition.correlate is None and (found.value is not None or definition.start.event != found.event):
        message = f"{definition.process} does not say by which field events find its records"
        hint = "Write field: and the name of an indexed field here, or correlate: at the top of its definition."
        look.reading.refuse(under(node, "process"), "correlate-missing", message, hint)
    if found.value is None and (found.field or definition.correlate):
        field = found.field or definition.correlate
        message = f"{definition.process} is found by {field}, and nothing says what it is"
        look.reading.refuse(node, "missing-key", message, "Write value: =data.id, for example.")


def _field(look: Look, name: str, node: Node) -> None:
    field, process = look.definition.fields.get(name), look.definition.process
    if field is None:
        hint = did_you_mean(name, look.definition.fields)
        look.reading.refuse(node, "unknown-field", f"{process} has no field named {quoted(name)}", hint)
    elif field.shape.sealed:
        look.reading.refuse(node, "sensitive-read", f"{name} of {process} is sensitive, so nothing is found by it")
    elif not (field.index or field.shape.type in LISTED):
        message = f"{process} cannot be found by {name}, which is not indexed"
        look.reading.refuse(node, "not-indexed", message, f"Write index: true at the field {name}.")


def _brings(look: Look, found: Mapped, node: Node) -> None:
    """Check what it brings: something that takes the event asks for it, and a start has what it needs."""
    definition, given = look.definition, found.with_ or {}
    asked = tuple(dict.fromkeys(name for way in _taking(definition, found.event) for name in way.asked))
    if not any(isinstance(step, Wait) and step.event == found.event for step in every_step(definition)):
        taker = Taker(f"what takes {found.event}", asked)
        for name, value in given.items():
            filled(look, name, value, under(node, "with", name), taker)
    if definition.start.event != found.event or found.field not in (None, definition.correlate):
        return
    missing = [name for name in dict.fromkeys(needed(definition)) if name not in (*given, definition.correlate)]
    if missing:
        message = f"no {definition.process} can be started without {', '.join(missing)}"
        look.reading.refuse(under(node, "with"), "intake-incomplete", message, "Say under with what it is.")


def _taking(definition: Definition, event: str) -> Iterator[Transition]:
    own = (way for state in definition.states.values() for way in state.transitions.values())
    for way in (definition.start, *own, *definition.transitions.values()):
        if way.event == event:
            yield way
