"""Checks the schedule of a start, and knows what must be filled in for a record to begin."""

from collections.abc import Iterator

from language.checks.inspection import Inspection, kept_fields, under
from language.definition import Definition, Schedule
from language.durations import Duration
from language.expressions import Expression
from language.loader import Node

FAIRLY_OFTEN = Duration.parse("15 minutes")
"""What a process may do, or be done to all its records, without more being thought about it."""


def needed(definition: Definition) -> Iterator[str]:
    """Name what must be filled in at the start: what it needs, and required fields that nothing else fills."""
    yield from definition.start.needs
    kept = kept_fields(definition)
    for name, field in definition.fields.items():
        if field.required and field.default is None and field.when is None and name not in kept:
            yield name


def schedule(inspection: Inspection, schedule: Schedule, node: Node) -> None:
    """Check a schedule: that its times can be told, and that it can start records without anybody's help."""
    definition, every = inspection.definition, schedule.every
    inspection.duration(every, under(node, "every"))
    if isinstance(definition.calendar, Expression):
        message = "a schedule needs a calendar by its name: there is no record yet that could say which"
        inspection.report(under(node, "at"), "calendar-missing", message, "Write calendar: and a name at the top.")
    if every is not None:
        often(inspection, every, under(node, "every"), "each time is a new record")
    fields = definition.fields
    defaults = [name for name in definition.start.needs if name in fields and fields[name].default is not None]
    lacking = [name for name in dict.fromkeys(needed(definition)) if name not in defaults]
    if lacking:
        message = f"nobody fills in {', '.join(lacking)} when the schedule starts a record"
        hint = "Give it a default, or ask for it in the first state."
        inspection.report(under(node, "at"), "schedule-incomplete", message, hint)


def event(inspection: Inspection, node: Node) -> None:
    """Check that a record which an outside event starts is found again by the next one."""
    definition = inspection.definition
    name = definition.correlate
    if definition.start.event is not None and name is not None and name not in definition.start.asked:
        message = f"events find their record by {name}, and the start that one brings about does not ask for it"
        inspection.report(under(node, "event"), "correlate-not-asked", message, "Name it in needs or ask.")


def often(inspection: Inspection, every: Duration, where: Node, what: str) -> None:
    """Warn of what repeats very often."""
    if every.seconds is not None and every.seconds < (FAIRLY_OFTEN.seconds or 0):
        message = f"every {every} is often: {what}"
        inspection.report(where, "too-often", message, f"Take at least {FAIRLY_OFTEN}.", "warning")
