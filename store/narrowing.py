"""Chooses how a list is found, so that it takes as long among a million records as among ten thousand.

There are four ways. Where few records can fit at all (those of a requester, those with a rare value), they are picked
out and looked at one by one. Where a word is rare, the full text index names its records. Records with a value are
walked in the order of their changes (`record_value.updated_at`). All else is walked in the order of the list: whatever
is frequent turns up soon, and words are then looked for in the texts themselves. Each way gives the same records.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from store.columns import index_key
from store.search import MOST_WORDS, contains, found, words
from store.tables import record, record_reader, record_value

FEW = 4_000
"""Records that are picked out and sorted rather than walked to: about as much work as a long walk."""

SAMPLE, RARE = 500, 5
"""Of so many records, the last changed, a word that is in fewer than this is rare."""

Values = Mapping[str, tuple[str | None, ...]]
Condition = ColumnElement[bool]


class Narrowed(NamedTuple):
    """What narrows a list: conditions on `record`, and a field with one value along which it may be walked."""

    conditions: tuple[Condition, ...]
    along: tuple[str, str] | None = None


def narrowed(
    connection: Connection, viewer: tuple[str, ...] | None, values: Values, q: str, full: Condition
) -> Narrowed:
    """Choose the way for what a viewer (None sees all) asks for: values of fields, and the words of a text."""
    given = {name: tuple(index_key(text) for text in texts if text is not None) for name, texts in values.items()}
    given = {name: texts for name, texts in given.items() if None not in values[name]}
    narrow, asked, dialect = _narrow(connection, viewer, given), words(q)[:MOST_WORDS], connection.dialect.name
    if narrow is not None:
        said = (contains(dialect, asked, full),) if q.strip() else ()
        return Narrowed((record.c.id.in_(narrow), *said))
    if not q.strip():
        return Narrowed((), _along(given))
    rare = _rare(connection, asked)
    often = [word for word in asked if word not in rare]
    if rare:
        said = (contains(dialect, often, full),) if often else ()
        return Narrowed((found(dialect, " ".join(rare), full), *said))
    return Narrowed((contains(dialect, often, full),), _along(given))


def _narrow(
    connection: Connection, viewer: tuple[str, ...] | None, values: Mapping[str, tuple[str, ...]]
) -> Select[Any] | None:
    """Give the records that fit one of the conditions, if there are few of them."""
    ways = [
        select(record_value.c.record).where(record_value.c.field == name, record_value.c.value.in_(texts))
        for name, texts in values.items()
    ]
    if viewer is not None:
        ways.append(select(record_reader.c.record).where(record_reader.c.who.in_(viewer)))
    return next((way for way in ways if _is_few(connection, way)), None)


def _is_few(connection: Connection, way: Select[Any]) -> bool:
    some: Select[Any] = way.with_only_columns(literal_column("1")).limit(FEW + 1)  # so that the index alone is read
    count = select(func.count()).select_from(some.subquery())
    return connection.execute(count).scalar_one() <= FEW


def _along(values: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    return next(((name, texts[0]) for name, texts in values.items() if len(texts) == 1), None)


def _rare(connection: Connection, asked: Sequence[str]) -> list[str]:
    """Give those of the words that are rare among what was changed last."""
    last = select(record.c.words, record.c.internal_words).order_by(record.c.updated_at.desc(), record.c.ordinal.desc())
    texts = [f" {said} {internal}" for said, internal in connection.execute(last.limit(SAMPLE))]
    return [word for word in asked if sum(f" {word}" in text for text in texts) < RARE]
