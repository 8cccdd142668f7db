"""Chooses how a list is found, so that it takes as long among a million records as among ten thousand.

There are four ways. Where few records can fit at all (those of a requester, those with one of some rare values),
they are picked out and looked at one by one. Records with a value are walked in the order of their changes
(`record_value.updated_at`), those with the rarest first of all. Where a word is rare, the full text index names its
records. All else is walked in the order of the list: whatever
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

COUNTED = 2 * FEW
"""So far it is counted which of several values is the rarest."""

SAMPLE, RARE = 500, 5
"""Of so many records, the last changed, a word that is in fewer than this is rare."""

Values = Mapping[str, tuple[str | None, ...]]
Condition = ColumnElement[bool]


class Narrowed(NamedTuple):
    """What narrows a list: conditions on `record`, and a field with one value along which it may be walked.

    `few`: they name so few records that each is looked up by its id, whatever else is asked of them.
    """

    conditions: tuple[Condition, ...]
    along: tuple[str, str] | None = None
    few: bool = False


def narrowed(
    connection: Connection,
    viewer: tuple[str, ...] | None,
    values: Values,
    q: str,
    full: Condition,
    *,
    by_change: bool = True,
) -> Narrowed:
    """Choose the way for what a viewer (None sees all) asks for: values of fields, and the words of a text.

    Only a list `by_change`, in the order in which records have changed, is walked along a value.
    """
    given = {name: tuple(index_key(text) for text in texts if text is not None) for name, texts in values.items()}
    given = {name: texts for name, texts in given.items() if None not in values[name]}
    asked, dialect = words(q)[:MOST_WORDS], connection.dialect.name
    said = (contains(dialect, asked, full),) if q.strip() else ()
    if viewer is not None and _number(connection, _of_viewer(viewer), FEW) <= FEW:
        return Narrowed((record.c.id.in_(_of_viewer(viewer)), *said), few=True)
    along = _along(given) if by_change else None
    if along and len(given) == 1 and not said:
        return Narrowed((), along)
    rarest, number = _rarest(connection, given)
    along = (rarest, given[rarest][0]) if by_change and len(given.get(rarest, ())) == 1 else along
    if rarest and number <= FEW:
        picked = () if along and along[0] == rarest else (record.c.id.in_(_of_value(rarest, given[rarest])),)
        return Narrowed((*picked, *said), None if picked else along, few=bool(picked))
    rare = _rare(connection, asked) if said else []
    if not rare:
        return Narrowed(said, along)
    often = [word for word in asked if word not in rare]
    others = (contains(dialect, often, full),) if often else ()
    return Narrowed((found(dialect, " ".join(rare), full), *others))


def _of_viewer(viewer: tuple[str, ...]) -> Select[Any]:
    return select(record_reader.c.record).where(record_reader.c.who.in_(viewer))


def _of_value(name: str, texts: tuple[str, ...]) -> Select[Any]:
    return select(record_value.c.record).where(record_value.c.field == name, record_value.c.value.in_(texts))


def _rarest(connection: Connection, values: Mapping[str, tuple[str, ...]]) -> tuple[str, int]:
    """Name the field whose values fewest records have, and say how many; an empty name where there is none."""
    most = FEW if len(values) == 1 else COUNTED
    numbers = {name: _number(connection, _of_value(name, texts), most) for name, texts in values.items()}
    rarest = min(numbers, key=lambda name: numbers[name], default="")
    return rarest, numbers.get(rarest, 0)


def _number(connection: Connection, way: Select[Any], most: int) -> int:
    """Count records, as far as that many and one more."""
    some: Select[Any] = way.with_only_columns(literal_column("1")).limit(most + 1)  # so that the index alone is read
    number: int = connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
    return number


def _along(values: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    return next(((name, texts[0]) for name, texts in values.items() if len(texts) == 1), None)


def _rare(connection: Connection, asked: Sequence[str]) -> list[str]:
    """Give those of the words that are rare among what was changed last."""
    last = select(record.c.words, record.c.internal_words).order_by(record.c.updated_at.desc(), record.c.ordinal.desc())
    texts = [f" {said} {internal}" for said, internal in connection.execute(last.limit(SAMPLE))]
    return [word for word in asked if sum(f" {word}" in text for text in texts) < RARE]
