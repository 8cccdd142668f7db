"""The controls of a form: how each shape of value is asked for on a page, and what of its texts is sent to the record.

Everything that a browser sends is text. `texts` writes a plain value for a control, `raw` makes of its texts what
`language.inputs` reads; a time is one on the clocks of the form's zone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from language.values import FieldType, Shape
from portal.choices import MOST, Choice, meant, named
from portal.posting import Posted

KINDS: Mapping[FieldType, str] = {
    FieldType.TEXT: "line",
    FieldType.LONG_TEXT: "lines",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "number",
    FieldType.YES_NO: "choice",
    FieldType.CHOICE: "choice",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime",
    FieldType.DURATION: "duration",
    FieldType.FILE: "line",
}
REFERENCES = (FieldType.USER, FieldType.GROUP, FieldType.REF)
YES_NO: tuple[Choice, ...] = (("yes", "Yes"), ("no", "No"))
MORE_ROWS = 2
"""Empty rows at the end of a list of rows."""


class Control(NamedTuple):
    """A control: `kind` is its look in `macros/form.html`, `texts` what stands in it, `columns` those of a row."""

    kind: str
    texts: tuple[str, ...] = ()
    choices: Sequence[Choice] = ()
    of: str = ""
    columns: Mapping[str, str] = {}
    rows: tuple[Mapping[str, "Control"], ...] = ()


def control(shape: Shape, texts: tuple[str, ...], choices: Mapping[str, Sequence[Choice]]) -> Control:
    """Give the control of a shape that is no list of rows; `choices` are those of each kind of reference."""
    if shape.sealed:
        return Control("secret")
    if shape.type is FieldType.LIST:
        return _many(shape, texts, choices)
    if shape.type in REFERENCES:
        few = choices.get(shape.kind, ())
        return Control("choice" if 0 < len(few) <= MOST else "search", texts, few, of=shape.kind)
    return Control(KINDS[shape.type], texts, options(shape))


def _many(shape: Shape, texts: tuple[str, ...], choices: Mapping[str, Sequence[Choice]]) -> Control:
    entry = shape.entry
    few = choices.get(entry.kind, ()) if entry.type in REFERENCES else options(entry)
    if 0 < len(few) <= MOST:
        return Control("ticks", texts, few)
    return Control("entries", texts)


def options(shape: Shape) -> tuple[Choice, ...]:
    """Give what a choice, or yes and no, is chosen from."""
    if shape.type is FieldType.YES_NO:
        return YES_NO
    return tuple((each, each.replace("_", " ")) for each in shape.options)


def texts(shape: Shape, value: Any, zone: ZoneInfo, few: bool = True) -> tuple[str, ...]:  # noqa: ANN401 - plain JSON
    """Write a plain value that is no list of rows; a reference by its id alone where it is chosen from `few`."""
    if value is None or shape.sealed:
        return ()
    if shape.type is FieldType.LIST:
        return tuple(text for each in value for text in texts(shape.entry, each, zone, few))
    if isinstance(value, Mapping):
        return (str(value["id"]) if few else named((value["id"], value["label"])),)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if shape.type is FieldType.DATETIME:
        local = datetime.fromisoformat(str(value)).astimezone(zone)
        return (local.strftime("%Y-%m-%dT%H:%M"),)
    return (str(value),)


def raw(shape: Shape, given: tuple[str, ...], zone: ZoneInfo) -> Any:  # noqa: ANN401 - what a record is told
    """Make of the texts of a control what is sent to the record; None where nothing is filled in."""
    filled = [each.strip() for each in given if each.strip()]
    if not filled:
        return None
    if shape.type is FieldType.LIST:
        entries = [line for text in filled for line in text.splitlines() if line.strip()]
        return [raw(shape.entry, (each,), zone) for each in entries]
    if shape.type in REFERENCES:
        return meant(filled[-1])
    if shape.type is FieldType.DATETIME:
        return _with_zone(filled[-1], zone)
    return given[-1] if shape.type is FieldType.LONG_TEXT or shape.sealed else filled[-1]


def _with_zone(text: str, zone: ZoneInfo) -> str:
    """Write a time of the zone's clocks with its offset; what is none stays as it is, for the record to refuse."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (local if local.tzinfo else local.replace(tzinfo=zone)).isoformat()


def raw_rows(shape: Shape, name: str, posted: Posted, zone: ZoneInfo) -> Any:  # noqa: ANN401 - what a record is told
    """Make of the cells of a list of rows what is sent; rows without any text are left out."""
    columns, found = shape.columns or {}, []
    for number in range(row_count(name, posted)):
        cells = {each: posted.values.get(f"{name}.{number}.{each}", ()) for each in columns}
        if any(text.strip() for given in cells.values() for text in given):
            row = {each: raw(columns[each], given, zone) for each, given in cells.items()}
            found.append({each: value for each, value in row.items() if value is not None})
    return found or None


def row_count(name: str, posted: Posted) -> int:
    """Give how many rows of a list were sent."""
    numbers = [each.split(".")[-2] for each in posted.values if each.startswith(f"{name}.")]
    return max((int(each) for each in numbers if each.isdecimal()), default=-1) + 1
