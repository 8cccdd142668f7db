"""What the checker knows of other records: what may be read of a reference to one, and the facts that look for them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from language.checks.inspection import FACTS, Inspection, known_types, under
from language.definition import WITHDRAWN, Definition, Field
from language.expression_tree import Call, ListOf, Name, Node, constant_text
from language.inferring import Inferring
from language.organisation import REFERABLE
from language.problems import did_you_mean, quoted
from language.static_types import (
    ANY,
    DATETIME,
    NUMBER,
    Kind,
    Signature,
    StaticType,
    type_of,
)
from language.values import LISTED, FieldType, Shape

PARENT, STATE, SINCE, NEWEST = "parent", "state", "since", "newest"

OF_EVERY_RECORD = ("state", "created_at", "created_by", "updated_at", "parent")
"""What may be read of a reference to a record beside the fields of its process."""


def knowing_records(inspection: Inspection) -> Inspection:
    """Give the inspection with what may be read of records, and the facts that look for them."""
    processes = inspection.processes
    attributes = {name: _attributes(each) for name, each in processes.items() if name not in REFERABLE}
    looking = {
        name: Signature((), ANY, judged=_judge(name, gives, inspection.definition.process, processes))
        for name, gives in LOOKING.items()
    }
    return replace(
        inspection,
        functions={**FACTS, **looking},
        attributes={**inspection.attributes, **attributes},
    )


def process_name(inspection: Inspection) -> None:
    """Refuse a process named like a kind of thing of the organisation: fields could refer to either."""
    name = inspection.definition.process
    if name in REFERABLE:
        message = f"{quoted(name)} is a kind of thing that the organisation has"
        inspection.report(under(inspection.page.root, "process"), "name-taken", message, "Choose another name.")


def states_of(definition: Definition) -> StaticType:
    """Give the type of the state of a record of a process, which may also have been withdrawn."""
    return StaticType(Kind.CHOICE, options=tuple(dict.fromkeys((*definition.states, WITHDRAWN))))


def _attributes(definition: Definition) -> Mapping[str, StaticType]:
    types = {**known_types(definition), "state": states_of(definition)}
    return {name: types[name] for name in (*OF_EVERY_RECORD, *definition.fields)}


def _list_of(process: str) -> StaticType:
    return StaticType(Kind.LIST, entry=StaticType(Kind.REF, of=process))


LOOKING: Mapping[str, Callable[[str], StaticType]] = {
    "linked": _list_of,
    "find": _list_of,
    "count_of": lambda _process: NUMBER,
}
"""The facts that look for records, and what each gives for a process."""


def _judge(
    name: str, gives: Callable[[str], StaticType], own: str, processes: Mapping[str, Definition]
) -> Callable[[Inferring, Call], StaticType]:
    """Make what looks at a call of a fact: `own` is the process whose records ask."""
    positional = 2 if name == "linked" else 1
    written = "linked(process, 'field')" if name == "linked" else f"{name}(process, field=value)"

    def judged(inference: Inferring, node: Call) -> StaticType:
        process = constant_text(node.args[0]) if len(node.args) == positional else None
        if process is None:
            message = f"{name} is written {written}, with the names in quotes"
            return inference.problem(node, "wrong-arguments", message)
        if process not in processes:
            hint = did_you_mean(process, processes) or f"There are: {', '.join(processes)}."
            return inference.problem(node.args[0], "unknown-process", f"no process named {quoted(process)}", hint)
        definition = processes[process]
        if name == "linked":
            _linking(inference, node, definition, own)
        _named(inference, node, name, definition)
        return gives(process)

    return judged


def _linking(inference: Inferring, node: Call, definition: Definition, own: str) -> None:
    """Check that a field holds references to the process that asks; `parent` always may."""
    where = node.args[1]
    name = constant_text(where)
    if name == PARENT:
        return
    field = _indexed(inference, where, name or "", definition)
    if field is not None and not _refers(field.shape, own):
        text = f"{quoted(field.name)} of {definition.process} does not refer to {own}"
        inference.problem(where, "not-linked", text, f"Its type must be ref or list, of: {own}.")


def _refers(shape: Shape, process: str) -> bool:
    entry = shape.entry if shape.type is FieldType.LIST and shape.columns is None else shape
    return entry.type is FieldType.REF and entry.kind == process


def _named(inference: Inferring, node: Call, function: str, definition: Definition) -> None:
    for name, value in node.named:
        if name == STATE:
            states = states_of(definition)
            _same(inference, name, value, states)
        elif name == SINCE and function != "linked":
            inference.expect(value, DATETIME)
        elif name == NEWEST and function == "find":
            inference.expect(value, NUMBER)
        elif function == "linked":
            inference.type(value)
            message = f"linked takes {STATE} besides, and no {quoted(name)}"
            inference.problem(value, "wrong-arguments", message)
        else:
            field = _indexed(inference, value, name, definition)
            _same(inference, name, value, ANY if field is None else _entry(field.shape))


def _entry(shape: Shape) -> StaticType:
    """Give the type of what a field is found by: of a list, one of its entries."""
    found = type_of(shape)
    return found.entry or ANY if found.kind is Kind.LIST else found


def _same(inference: Inferring, name: str, value: Node, wanted: StaticType) -> None:
    """Expect a value that can be the same as what is found by, or a list of such."""
    beside = Name(name, value.offset)
    if isinstance(value, ListOf):
        for entry in value.entries:
            inference.same(beside, wanted, entry, inference.type(entry))
        return
    found = inference.type(value)
    inference.same(beside, wanted, value, found.entry or ANY if found.kind is Kind.LIST else found)


def _indexed(inference: Inferring, where: Node, name: str, definition: Definition) -> Field | None:
    """Give a field by which records can be found; note it when there is no such field, or it is not indexed."""
    field = definition.fields.get(name)
    if field is None:
        hint = did_you_mean(name, definition.fields)
        inference.problem(where, "unknown-field", f"{definition.process} has no field named {quoted(name)}", hint)
    elif field.shape.sealed:
        message = f"{name} of {definition.process} is sensitive, so nothing is found by it"
        inference.problem(where, "sensitive-read", message)
    elif not (field.index or field.shape.type in LISTED):
        message = f"{definition.process} cannot be found by {name}, which is not indexed"
        inference.problem(where, "not-indexed", message, f"Write index: true at the field {name}.")
    return field
