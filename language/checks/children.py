"""Checks the steps that reach other records: `run`, `start` and `send`."""

from collections.abc import Mapping

from language.checks import values
from language.checks.inspection import Inspection, under
from language.checks.records import states_of
from language.checks.starting import needed
from language.definition import Definition, Run, Send, Start, State, Written
from language.loader import Node
from language.organisation import REFERABLE
from language.problems import did_you_mean, quoted
from language.static_types import ANY, TEXT, YES_NO, Kind, StaticType, type_of
from language.walking import events_awaited


def run(inspection: Inspection, step: Run, node: Node, _state: State | None) -> None:
    """Check a step that starts a record and waits for its end."""
    definition = _process(inspection, step.process, step.with_, node, "run")
    result = ANY
    if definition is not None:
        fields = {name: type_of(field.shape) for name, field in definition.fields.items()}
        of_fields = StaticType(Kind.ROW, columns=fields)
        result = StaticType(Kind.ROW, columns={"id": TEXT, "state": states_of(definition), "fields": of_fields})
    values.into_fields(inspection.knowing(result=result), step.save, under(node, "save"))


def start(inspection: Inspection, step: Start, node: Node, _state: State | None) -> None:
    """Check a step that starts a record; one that does it once must fill what the process correlates by."""
    definition = _process(inspection, step.process, step.with_, node, "start")
    if step.once and definition is not None and definition.correlate not in step.with_:
        by = definition.correlate
        message = f"no open {step.process} can be found to be taken instead"
        hint = f"Fill {by} under with." if by else f"Say in {step.process} by which field it correlates."
        inspection.report(under(node, "once"), "nothing-to-find-by", message, hint)
    result = StaticType(Kind.ROW, columns={"id": TEXT, "existed": YES_NO})
    values.into_fields(inspection.knowing(result=result), step.save, under(node, "save"))


def send(inspection: Inspection, step: Send, node: Node, _state: State | None) -> None:
    """Check a step that lets an event reach other records."""
    for name, value in step.with_.items():
        values.found_type(inspection, value, under(node, "with", name))
    where = under(node, "to")
    found = inspection.expression(step.to, where)
    one = found.entry or ANY if found.kind is Kind.LIST else found
    if one.kind not in (Kind.ANY, Kind.TEXT, Kind.REF) or one.of in REFERABLE:
        message = f"an event is sent to records, and {quoted(step.to.text)} is {one}"
        inspection.report(where, "wrong-type", message, "Name a field that refers to records, parent, or linked(…).")
    elif one.of in inspection.processes:
        _awaited(inspection, step.event, inspection.processes[one.of], under(node, "send"))


def _awaited(inspection: Inspection, event: str, definition: Definition, where: Node) -> None:
    known = tuple(events_awaited(definition))
    if event and event not in known:
        hint = did_you_mean(event, known) or f"It waits for: {', '.join(known) or 'none'}."
        inspection.report(where, "unknown-event", f"{definition.process} does not wait for {quoted(event)}", hint)


def _process(
    inspection: Inspection, process: str, given: Mapping[str, Written], node: Node, word: str
) -> Definition | None:
    """Check the process that is started, and that its start asks for what it is given."""
    processes = inspection.processes
    definition = processes.get(process)
    if definition is None:
        if process:
            hint = did_you_mean(process, processes) or f"There are: {', '.join(processes)}."
            inspection.report(under(node, word), "unknown-process", f"no process named {quoted(process)}", hint)
        for name, value in given.items():
            values.found_type(inspection, value, under(node, "with", name))
        return None
    for name, value in given.items():
        _given(inspection, definition, name, value, under(node, "with", name))
    missing = [name for name in dict.fromkeys(needed(definition)) if name not in given]
    if missing:
        message = f"no {process} can be started without {', '.join(missing)}"
        inspection.report(under(node, word), "missing-input", message, "Say it under with.")
    return definition


def _given(inspection: Inspection, definition: Definition, name: str, value: Written, where: Node) -> None:
    """Check one value that a record starts with."""
    asked, field = definition.start.asked, definition.fields.get(name)
    if field is None:
        hint = did_you_mean(name, asked) or f"Its start asks for: {', '.join(asked) or 'nothing'}."
        message = f"{definition.process} has no field named {quoted(name)}"
        inspection.report(where, "unknown-field", message, hint)
    elif name not in asked:
        message = f"the start of {definition.process} does not ask for {quoted(name)}"
        inspection.report(where, "not-asked", message, "Name it there in needs or ask, or leave it out here.")
    else:
        values.into(inspection, field.shape, value, where, name)
