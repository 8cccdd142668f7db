"""Sensitive fields at the edge: what is given for them is read as their types say and sealed before a record sees it.

From then on the engine carries `{"sealed": text}`, whatever the text is, and never what is inside. Who seals, and with
which keys, is for the caller.
"""

from collections.abc import Callable, Mapping

from engine.errors import Missing
from engine.fields import read_known
from engine.masking import is_sensitive
from engine.record import Event, Json, Kind, Needs, Plain, Reason, Record, Refused
from engine.turn import Turn
from language.definition import Definition, Field
from language.inputs import LONGEST_LIST, LONGEST_LONG_TEXT, LONGEST_TEXT, ValueRefused
from language.problems import sentence
from language.values import SEALED, FieldType, Shape

Seal = Callable[[Json], str]
"""Seals a plain value."""

FILLS = (Kind.START, Kind.ACT, Kind.EDIT, Kind.COMPLETE, Kind.SKIP, Kind.OCCUR)
"""The kinds of event whose data are values of fields."""


def sealed(definition: Definition, record: Record, event: Event, seal: Seal) -> Plain | Refused | Needs:
    """Give an event's data with every value for a sensitive field sealed; None stays None.

    What cannot be a value of its field is refused without repeating it. A reference needs facts.
    """
    names = [name for name in event.data if event.kind in FILLS and is_sensitive(definition, name)]
    if not names:
        return event.data
    turn = Turn(definition, record, event)
    found, reasons = dict(event.data), list[Reason]()
    for name in names:
        field = definition.fields[name]
        with turn.gathering():
            try:
                value = read_known(turn, field.shape.opened, event.data[name])
            except ValueRefused:
                reasons.append(_refused(field))
            else:
                found[name] = None if value is None else {SEALED: seal(value)}
    try:
        turn.settle_missing()
    except Missing as missing:
        return Needs(missing.keys)
    return Refused(tuple(reasons)) if reasons else found


def _refused(field: Field) -> Reason:
    hint = f"It must be {_wanted(field.shape)}. It is sensitive, so it is not repeated here."
    text = sentence(f"{field.name}: this cannot be its value", hint)
    return Reason("input", "bad-value", text, f"with.{field.name}")


def _wanted(shape: Shape) -> str:
    """Say what a shape takes, in words that hold nothing of what was given."""
    if shape.type is FieldType.CHOICE:
        return f"one of {', '.join(shape.options)}"
    return WANTED.get(shape.type) or f"the id of a {shape.kind.replace('_', ' ')} that there is"


WANTED: Mapping[FieldType, str] = {
    FieldType.TEXT: f"a text of one line with at most {LONGEST_TEXT:,} characters",
    FieldType.LONG_TEXT: f"a text of at most {LONGEST_LONG_TEXT:,} characters",
    FieldType.NUMBER: "a number like 1250 or 12.50",
    FieldType.MONEY: "a number like 1250 or 12.50",
    FieldType.YES_NO: "true or false",
    FieldType.DATE: "a date like 2026-03-06",
    FieldType.DATETIME: "a time like 2026-03-06 10:00",
    FieldType.DURATION: "a duration like 3 business days",
    FieldType.LIST: f"a list of at most {LONGEST_LIST} entries, each as the field says",
}
"""What each type takes; those that are not here take the id of something."""
