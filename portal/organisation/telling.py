"""How rows of the organisation are told: each key with its values, what they lead to, and which rows name this one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import yaml

from api.forms import titled
from api.organisation_views import noun_of
from language.organisation import ALL, PLURALS, Organisation, Row
from language.organisation_kinds import KINDS, Column
from language.organisation_rows import local_time

MOST = 50
"""Rows of a kind that are told as naming another."""


class Word(NamedTuple):
    """A value in words, and the page it leads to; without any an empty address."""

    text: str
    address: str = ""


class Told(NamedTuple):
    """A key of a row: its title and what it says, as `words`, a `time`, or a `text` of several lines."""

    title: str
    words: tuple[Word, ...] = ()
    time: datetime | None = None
    text: str = ""


class Naming(NamedTuple):
    """Rows that name another by one of their keys, the first of them, and how many there are."""

    title: str
    rows: tuple[Word, ...]
    many: int


def titles() -> Mapping[str, str]:
    """Give the kinds of row as addresses name them, with the words for people."""
    return {noun_of(kind): plural.replace("_", " ").capitalize() for kind, plural in PLURALS.items()}


def page_of(kind: str, name: str) -> str:
    """Give the address of a row's page."""
    return f"/organisation/{noun_of(kind)}/{name}"


def word(around: Organisation, kind: str, name: str) -> Word:
    """Give a row by the words people know it by."""
    return Word(around.label(kind, name) or name, page_of(kind, name))


def told(around: Organisation, kind: str, row: Row) -> tuple[Told, ...]:
    """Tell what stands in a row; what is empty is left out."""
    columns = KINDS[kind].columns
    return tuple(_told(around, key, columns[key], row[key]) for key in columns if row.get(key) not in (None, [], {}))


def named_by(around: Organisation, kind: str, name: str) -> Iterator[Naming]:
    """Tell which rows name this one, by their kind and key."""
    for other, described in KINDS.items():
        for key, column in described.columns.items():
            if kind in column.names:
                found = [each for each, row in around.of(other).items() if _names(row[key], name, column.inner)]
                if found:
                    title = f"{PLURALS[other].replace('_', ' ').capitalize()}, as {titled(key).lower()}"
                    yield Naming(title, tuple(word(around, other, each) for each in found[:MOST]), len(found))


def as_text(value: Any) -> str:  # noqa: ANN401 - what a row holds
    """Write what has keys inside as the files of an organisation do."""
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True)).strip()


def _names(value: Any, name: str, inner: str) -> bool:  # noqa: ANN401 - what a row holds
    if isinstance(value, list):
        return any((each.get(inner) if isinstance(each, Mapping) else each) == name for each in value)
    return bool(value == name)


def _told(around: Organisation, key: str, column: Column, value: Any) -> Told:  # noqa: ANN401 - what a row holds
    title = titled(key)
    if column.read is local_time:
        return Told(title, time=datetime.fromisoformat(value))
    if isinstance(value, bool):
        return Told(title, (Word("Yes" if value else "No"),))
    if isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(each, Mapping) for each in value)):
        return Told(title, text=as_text(value))
    several: Sequence[Any] = value if isinstance(value, list) else [value]
    return Told(title, tuple(_word(around, column, str(each)) for each in several))


def _word(around: Organisation, column: Column, value: str) -> Word:
    if value == ALL and column.names:
        return Word("All")
    kind = next((each for each in column.names if around.find(each, value) is not None), "")
    return word(around, kind, value) if kind else Word(value)
