"""The form of a row: a control for each key it can have, and what of its texts is written."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from api.forms import titled
from api.problems import RefusalError
from engine.record import Reason
from language.loader import load, plain
from language.organisation import ATTRIBUTES, Organisation, Row
from language.organisation_kinds import KINDS, Column
from language.organisation_rows import classes, days, email, ids, local_time, row_id, some_ids, some_services
from language.problems import LanguageError
from language.schema.written import text, word, yes_no
from language.values import FieldType, Shape
from portal.choices import MOST, Choice
from portal.controls import control, raw, texts
from portal.forms import PREFIX, Asked
from portal.organisation.telling import as_text
from portal.posting import Posted
from portal.visiting import Visit
from store.facts import organisation

TEXT = Shape(FieldType.TEXT)
INSIDE = Shape(FieldType.LONG_TEXT)
"""What has keys inside is written as in the files."""
HELP = "As in the files of the organisation (YAML)"
PLAIN = (text, email, word)
SEVERAL = (ids, some_ids, some_services, classes, days)


async def asked(visit: Visit, kind: str, row: Row, zone: ZoneInfo, posted: Posted | None) -> tuple[Asked, ...]:
    """Give the form of a row, filled in with what it says, or with what was sent."""
    columns = KINDS[kind].columns
    shapes = {key: _shape(kind, key, column) for key, column in columns.items()}
    kinds = {name for column in columns.values() for name in column.names if len(column.names) == 1}
    around = await organisation(visit.services.database)
    choices = {each: _choices(around, each) for each in sorted(kinds)}
    return tuple(
        Asked(
            key,
            titled(key),
            HELP if shapes[key] is INSIDE else "",
            column.required,
            control(shapes[key], _texts(key, shapes[key], row.get(key, column.otherwise), zone, posted), choices),
        )
        for key, column in columns.items()
    )


def given(kind: str, sent: Posted, zone: ZoneInfo) -> dict[str, Any]:
    """Give the row that was sent. Raises RefusalError where something is missing, or cannot be read as in files."""
    columns = KINDS[kind].columns.items()
    missing = [key for key, column in columns if column.required and not any(sent.values.get(PREFIX + key, ()))]
    if missing:
        raise RefusalError([Reason("input", "required", "it is needed", key) for key in missing])
    found = {key: _given(kind, key, column, sent, zone) for key, column in columns}
    return {key: value for key, value in found.items() if value is not None}


def _choices(around: Organisation, kind: str) -> Sequence[Choice]:
    """Give what a key can name, one more than are all shown; who has left is not offered."""
    rows = (name for name, row in around.of(kind).items() if row.get("active", True))
    return [(name, around.label(kind, name) or name) for name in islice(rows, MOST + 1)]


def _given(kind: str, key: str, column: Column, sent: Posted, zone: ZoneInfo) -> Any:  # noqa: ANN401 - any JSON
    shape = _shape(kind, key, column)
    value = raw(shape, sent.values.get(PREFIX + key, ()), zone)
    if value is None:
        return False if shape.type is FieldType.YES_NO else None
    if shape.type is FieldType.YES_NO:
        return value == "yes"
    if column.read is some_services and value == ["all"]:
        return "all"
    if shape.type is FieldType.NUMBER:
        return int(value) if str(value).isdecimal() else value
    return _inside(key, value) if shape is INSIDE else value


def _inside(key: str, text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return _json(plain(load(text)))
    except LanguageError as wrong:
        first = wrong.problems[0]
        said = f"line {first.line}: {first.message}"
        raise RefusalError([Reason("input", first.code, said, key)]) from wrong


def _json(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        return {key: _json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _shape(kind: str, key: str, column: Column) -> Shape:
    known = ATTRIBUTES.get(kind, {}).get(key)
    if known is not None and known.type in (FieldType.CHOICE, FieldType.NUMBER):
        return known
    if column.read is yes_no:
        return Shape(FieldType.YES_NO)
    if column.read is local_time:
        return Shape(FieldType.DATETIME)
    one = Shape(FieldType.REF, of=column.names[0]) if len(column.names) == 1 and not column.inner else TEXT
    if column.read in SEVERAL:
        return Shape(FieldType.LIST, of=TEXT if column.read is some_services else one)
    if column.read is row_id:
        return one
    return TEXT if column.read in PLAIN or not isinstance(column.otherwise, dict | list) else INSIDE


def _texts(
    key: str,
    shape: Shape,
    value: Any,  # noqa: ANN401 - any JSON
    zone: ZoneInfo,
    posted: Posted | None,
) -> tuple[str, ...]:
    if posted is not None and PREFIX + key in posted.values:
        return posted.values[PREFIX + key]
    if shape is INSIDE:
        return (as_text(value),) if value else ()
    return texts(shape, [value] if shape.type is FieldType.LIST and isinstance(value, str) else value, zone)
