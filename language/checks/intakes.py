"""Checks the intakes of an organisation against the processes whose records they start."""

from collections.abc import Mapping
from typing import NamedTuple

from language.checks.inspection import under
from language.checks.starting import needed
from language.checks.values import fits
from language.definition import Definition, Field, Literal, Written
from language.expressions import Expression, Text
from language.inference import infer
from language.inputs import ValueRefused, read
from language.loader import Entry, MappingNode, Node, ScalarNode, load
from language.organisation import Intake, Organisation
from language.organisation_rows import OUTSIDE
from language.problems import LanguageError, Problem, did_you_mean, quoted
from language.schema.keys import Reading
from language.static_types import TEXT, StaticType, type_of
from language.walking import events_awaited


def check_intakes(
    texts: Mapping[str, str], organisation: Organisation, definitions: Mapping[str, Definition]
) -> dict[str, tuple[Problem, ...]]:
    """Find what is wrong with intakes: file → problems, of the files that have some.

    `organisation` was read from these texts (file → text), with no mistake; `definitions` are known by their process.
    """
    found: dict[str, tuple[Problem, ...]] = {}
    for file, source in texts.items():
        reading = Reading(source.split("\n"))
        for entry in _intakes(load(source)):
            _intake(reading, entry, organisation, definitions)
        if reading.problems:
            found[file] = LanguageError(reading.problems).problems
    return found


def _intakes(node: Node) -> tuple[Entry, ...]:
    intakes = node.get("intakes") if isinstance(node, MappingNode) else None
    return intakes.entries if isinstance(intakes, MappingNode) else ()


class _Look(NamedTuple):
    """One look at an intake: where mistakes are noted, what there is, and the process whose records it starts."""

    reading: Reading
    organisation: Organisation
    definition: Definition


def _intake(reading: Reading, entry: Entry, organisation: Organisation, definitions: Mapping[str, Definition]) -> None:
    intake, node = organisation.intake(entry.key), entry.value
    definition = definitions.get(intake.process)
    if definition is None:
        hint = did_you_mean(intake.process, definitions) or f"There are: {', '.join(definitions) or 'none'}."
        message = f"no process named {quoted(intake.process)}"
        reading.refuse(under(node, "process"), "unknown-process", message, hint)
        return
    look = _Look(reading, organisation, definition)
    for name, value in intake.start.items():
        _filled(look, name, value, under(node, "start", name))
    _complete(look, intake, node)
    _correlated(look, intake, node)
    for key, event in (("repeated", intake.repeated), ("resolved", intake.resolved)):
        if event is not None:
            _event(look, event, under(node, key))


def _filled(look: _Look, name: str, value: Written, node: Node) -> None:
    """Check one value: that the start asks for it, and that it can be a value of its field."""
    field, asked = look.definition.fields.get(name), look.definition.start.asked
    if name not in asked and field is None:
        hint = did_you_mean(name, asked) or f"There are: {', '.join(asked)}."
        look.reading.refuse(node, "unknown-field", f"{look.definition.process} has no field named {quoted(name)}", hint)
    elif name not in asked:
        message = f"the start of {look.definition.process} does not ask for {quoted(name)}"
        look.reading.refuse(node, "not-asked", message, "Name it there in needs or ask, or leave it out here.")
    elif not isinstance(value, Literal):
        _computed(look.reading, value, node, name, TEXT if field is None else type_of(field.shape.opened))
    elif field is not None:
        _literal(look, field, value, node)


def _literal(look: _Look, field: Field, value: Literal, node: Node) -> None:
    try:
        plain = read(field.shape.opened, value.value)
    except ValueRefused as refused:
        look.reading.refuse(node, "bad-value", f"{field.name}: {refused.text}")
        return
    if isinstance(plain, dict) and look.organisation.find(field.shape.kind, str(plain["id"])) is None:
        found, kind = str(plain["id"]), field.shape.kind
        hint = did_you_mean(found, look.organisation.of(kind)) or "Describe it in the organisation."
        look.reading.refuse(node, "unknown-thing", f"no {kind.replace('_', ' ')} named {quoted(found)}", hint)


def _computed(reading: Reading, value: Expression | Text, node: Node, name: str, wanted: StaticType) -> None:
    """Check the expressions of a value, and what it gives."""
    found = [_expression(reading, each, node) for each in (value.expressions if isinstance(value, Text) else (value,))]
    given = TEXT if isinstance(value, Text) else found[0]
    if not fits(wanted, given):
        reading.refuse(node, "wrong-type", f"{quoted(name)} takes {wanted}, not {given}")


def _expression(reading: Reading, expression: Expression, node: Node) -> StaticType:
    assert isinstance(node, ScalarNode)  # what holds an expression was written as one value
    inferred = infer(expression, OUTSIDE, {}, {})
    for problem in inferred.problems:
        column = reading.column(node, problem.offset + node.text.startswith("="))
        reading.refuse_at(node.line, column, problem.code, problem.message, problem.hint)
    return inferred.type


def _complete(look: _Look, intake: Intake, node: Node) -> None:
    """Check that a record can be started."""
    missing = [name for name in dict.fromkeys(needed(look.definition)) if name not in intake.start]
    if missing:
        message = f"no {look.definition.process} can be started without {', '.join(missing)}"
        look.reading.refuse(under(node, "start"), "intake-incomplete", message, "Say under start what it is.")


def _correlated(look: _Look, intake: Intake, node: Node) -> None:
    """Check that the record can be found when the same comes again."""
    field, process = look.definition.correlate, look.definition.process
    if field is None:
        message = f"{process} does not say which field holds what makes two the same"
        hint = "Write correlate: and the name of a field at the top of its definition."
        look.reading.refuse(under(node, "process"), "correlate-missing", message, hint)
    elif field not in intake.start:
        message = f"{process} is found by {quoted(field)}, which is not filled"
        hint = f"Write {field}: =group_key, for example."
        look.reading.refuse(under(node, "start"), "intake-incomplete", message, hint)


def _event(look: _Look, event: str, node: Node) -> None:
    known = tuple(events_awaited(look.definition))
    if event not in known:
        hint = did_you_mean(event, known) or f"It waits for: {', '.join(known) or 'none'}."
        message = f"{look.definition.process} does not wait for {quoted(event)}"
        look.reading.refuse(node, "unknown-event", message, hint)
