"""Reads what people and files give for a field into plain values (`language.values`), or says what is wrong with it.

ValueError
└── ValueRefused     what was given cannot be a value of that shape; its text says what can
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from language.durations import Duration, DurationError
from language.problems import did_you_mean, quoted, sentence
from language.values import SEALED, FieldType, Plain, Shape, decimal_text

LONGEST_TEXT = 1_000  # characters of a `text`, which is one line
LONGEST_LONG_TEXT = 32_000  # characters
LONGEST_ID = 200  # characters
LONGEST_LIST = 500  # entries
MOST_DIGITS = 28  # of a number, before and behind its point together

_NUMBER = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?) ?"
    r"([Zz]|UTC|[+-][0-9]{2}:[0-9]{2})?"
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}

Zone: TypeAlias = Callable[[datetime], float]
"""Answers for a local time (without a zone) how many seconds its clock is ahead of UTC."""


class ValueRefused(ValueError):
    """What was given is not a value of the shape; `text` says what is wrong and what to give instead."""

    def __init__(self, text: str) -> None:
        """Keep the text, which has no name of the field: the caller knows it."""
        super().__init__(text)
        self.text = text


def read(shape: Shape, raw: object, zone: Zone | None = None) -> Plain:
    """Make the plain value of what a person or a file gave for a field of that shape; blank and None are empty.

    A reference is given by its id (or `{"id": …}`) and gets its id for a label, until the organisation gives the true
    one. A time without an offset is read on the clocks of `zone`, without one as UTC. Raises ValueRefused.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip(" \t\r\n")):
        return None
    return _read_sealed(raw) if shape.sealed else _READ[shape.type](shape, raw, zone)


def _read_sealed(raw: object) -> Plain:
    """Take what the edge has sealed; anything else is refused without repeating it."""
    if not isinstance(raw, Mapping) or raw.keys() != {SEALED} or not isinstance(raw[SEALED], str):
        raise ValueRefused("it is sensitive, and is taken only as the API seals it")
    return {SEALED: raw[SEALED]}


def unclean(text: str) -> str:
    """Name the first character that no text may hold: controls but tab and newline, half a pair. Without one, `""`."""
    found = _FORBIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def _text_of(raw: object, what: str) -> str:
    """Take a text, or a whole number or decimal as a file has it."""
    if isinstance(raw, str):
        text = raw.replace("\r\n", "\n")
    elif isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        text = _number_text(raw)
    else:
        raise ValueRefused(f"{_kind(raw)} is not {what}")
    if character := unclean(text):
        raise ValueRefused(f"a text cannot hold the character {character}. Remove it.")
    return text


def _kind(raw: object) -> str:
    """Say in a word what was given, for a message."""
    if isinstance(raw, bool):
        return "yes or no"
    if isinstance(raw, int | float | Decimal):
        return "a number"
    if isinstance(raw, str):
        return quoted(raw)
    if raw is None:
        return "nothing"
    return "a list" if isinstance(raw, list | tuple) else "a mapping"


def _read_text(_shape: Shape, raw: object, _zone: Zone | None) -> str:
    text = _text_of(raw, "a text")
    if "\n" in text:
        raise ValueRefused("it must be one line: remove the line breaks")
    return _not_longer(text, LONGEST_TEXT)


def _read_long_text(_shape: Shape, raw: object, _zone: Zone | None) -> str:
    return _not_longer(_text_of(raw, "a text"), LONGEST_LONG_TEXT)


def _not_longer(text: str, most: int) -> str:
    if len(text) > most:
        raise ValueRefused(f"it has {len(text)} characters. Shorten it to {most}.")
    return text


def _read_number(_shape: Shape, raw: object, _zone: Zone | None) -> str:
    whole, point, fraction = _number_text(raw).partition(".")
    return (whole + point + fraction.rstrip("0")).rstrip(".") if point else whole


def _read_money(shape: Shape, raw: object, zone: Zone | None) -> str:
    whole, _point, fraction = _read_number(shape, raw, zone).partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"


def _number_text(raw: object) -> str:
    """Write a given number plainly: `-12.50`, as exact as it was given (a float as its shortest decimal)."""
    if isinstance(raw, str):
        return _parsed_number(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise ValueRefused(f"{_kind(raw)} is not a number")
    if isinstance(raw, int) and abs(raw) >= 10**MOST_DIGITS:  # before Python writes it: that takes ever longer
        raise _too_exact()
    number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite():
        raise ValueRefused("a number must be finite")
    exponent = number.as_tuple().exponent
    if number.adjusted() >= MOST_DIGITS or not isinstance(exponent, int) or exponent < -MOST_DIGITS:
        raise _too_exact()
    return _parsed_number(decimal_text(number))


def _parsed_number(text: str) -> str:
    written = _NUMBER.fullmatch(text.strip())
    if written is None:
        hint = "Write it like 1250 or 12.50, without an exponent or separators for thousands."
        raise ValueRefused(sentence(f"{quoted(text)} is not a number", hint))
    sign, whole, fraction = written[1], written[2].lstrip("0"), written[3] or ""
    if len(whole) + len(fraction) > MOST_DIGITS:
        raise _too_exact()
    return decimal_text(Decimal(f"{sign}{whole or '0'}.{fraction}" if fraction else f"{sign}{whole or '0'}"))


def _too_exact() -> ValueRefused:
    return ValueRefused(f"a number has at most {MOST_DIGITS} digits")


def _read_yes_no(_shape: Shape, raw: object, _zone: Zone | None) -> bool:
    if isinstance(raw, bool):
        return raw
    answer = _YES_NO.get(raw.strip().lower()) if isinstance(raw, str) else None
    if answer is None:
        raise ValueRefused(f"{_kind(raw)} is not yes or no. Give true or false.")
    return answer


def _read_choice(shape: Shape, raw: object, _zone: Zone | None) -> str:
    text = _text_of(raw, f"one of {', '.join(shape.options)}").strip()
    if text not in shape.options:
        message = f"{quoted(text)} is not one of {', '.join(shape.options)}"
        raise ValueRefused(sentence(message, did_you_mean(text, shape.options)))
    return text


def _read_date(_shape: Shape, raw: object, _zone: Zone | None) -> str:
    text = raw.strip() if isinstance(raw, str) else ""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError as problem:
        raise ValueRefused(f"{quoted(text)} is not a date: {problem}") from None
    raise ValueRefused(f"{_kind(raw)} is not a date. Write it like 2026-03-06.")


def _read_datetime(_shape: Shape, raw: object, zone: Zone | None) -> str:
    written = _DATETIME.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if written is None:
        raise ValueRefused(f"{_kind(raw)} is not a time. Write it like 2026-03-06 10:00 or 2026-03-06T10:00:00Z.")
    try:
        local = datetime.fromisoformat(f"{written[1]}T{written[2]}")
        ahead = _seconds_ahead(written[3], local, zone)
        time = (local - timedelta(seconds=ahead)).replace(tzinfo=UTC)
    except (ValueError, OverflowError) as problem:
        raise ValueRefused(f"{_kind(raw)} is not a time: {problem}") from None
    return time.isoformat().replace("+00:00", "Z")


def _seconds_ahead(offset: str | None, local: datetime, zone: Zone | None) -> float:
    """Give how far a written time is ahead of UTC, by its own offset or else by the zone."""
    if offset is None:
        return 0.0 if zone is None else zone(local)
    if offset in ("Z", "z", "UTC"):
        return 0.0
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(f"there is no offset {offset}")
    return (hours * 3_600 + minutes * 60) * (-1 if offset[0] == "-" else 1)


def _read_duration(_shape: Shape, raw: object, _zone: Zone | None) -> str:
    if not isinstance(raw, str):
        raise ValueRefused(f"{_kind(raw)} is not a duration. Write it like 3 business days.")
    try:
        return str(Duration.parse(raw))
    except DurationError as problem:
        raise ValueRefused(str(problem)) from None


def _read_ref(shape: Shape, raw: object, _zone: Zone | None) -> Plain:
    text = _text_of(raw.get("id") if isinstance(raw, Mapping) else raw, f"the id of a {shape.kind}").strip()
    if not text or "\n" in text or len(text) > LONGEST_ID:
        raise ValueRefused(f"{quoted(text)} is not the id of a {shape.kind}")
    return {"id": text, "label": text}


def _read_list(shape: Shape, raw: object, zone: Zone | None) -> Plain:
    if not isinstance(raw, list | tuple):
        raise ValueRefused(f"{_kind(raw)} is not a list. Give a list, even of one.")
    if len(raw) > LONGEST_LIST:
        raise ValueRefused(f"a list of {len(raw)} is too long. Give at most {LONGEST_LIST}.")
    entries: list[Plain] = []
    for index, given in enumerate(raw, start=1):
        try:
            entry = read(shape.entry, given, zone) if shape.columns is None else _read_row(shape.columns, given, zone)
        except ValueRefused as refused:
            raise ValueRefused(f"{'row' if shape.columns else 'entry'} {index}: {refused.text}") from None
        if entry is not None:
            entries.append(entry)
    return entries


def _read_row(columns: Mapping[str, Shape], raw: object, zone: Zone | None) -> Plain:
    """Read one row; it has every column, the ones not given empty. A row that holds nothing is empty."""
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise ValueRefused(f"{_kind(raw)} is not a row. Give its columns by name: {', '.join(columns)}.")
    for name in raw:
        if name not in columns:
            hint = did_you_mean(str(name), columns) or f"There are: {', '.join(columns)}."
            raise ValueRefused(sentence(f"no column named {quoted(str(name))}", hint))
    row: dict[str, Plain] = {}
    for name, column in columns.items():
        try:
            row[name] = read(column, raw.get(name), zone)
        except ValueRefused as refused:
            raise ValueRefused(f"{name}: {refused.text}") from None
    return row if any(value is not None for value in row.values()) else None


_READ: dict[FieldType, Callable[[Shape, object, Zone | None], Plain]] = {
    FieldType.TEXT: _read_text,
    FieldType.LONG_TEXT: _read_long_text,
    FieldType.NUMBER: _read_number,
    FieldType.MONEY: _read_money,
    FieldType.YES_NO: _read_yes_no,
    FieldType.CHOICE: _read_choice,
    FieldType.DATE: _read_date,
    FieldType.DATETIME: _read_datetime,
    FieldType.DURATION: _read_duration,
    FieldType.USER: _read_ref,
    FieldType.GROUP: _read_ref,
    FieldType.REF: _read_ref,
    FieldType.FILE: _read_ref,
    FieldType.LIST: _read_list,
}
