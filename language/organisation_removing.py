"""What would name something that is not there any more, when rows are taken out of an organisation."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from language.organisation import ALL, PLURALS, Organisation, Row
from language.organisation_kinds import KINDS, Column


class Dangling(NamedTuple):
    """A row that names something that is not there: what names it by which key, and of which kinds it could be."""

    kind: str
    id: str
    key: str
    named: str
    of: tuple[str, ...]

    def __str__(self) -> str:
        """Say it: `services.mail.owner names tomasz`."""
        return f"{PLURALS[self.kind]}.{self.id}.{self.key} names {self.named}"


def without(organisation: Organisation, kind: str, name: str) -> Organisation:
    """Give an organisation without a row."""
    rest = {each: row for each, row in organisation.of(kind).items() if each != name}
    return Organisation({**organisation.rows, kind: rest})


def dangling(organisation: Organisation) -> tuple[Dangling, ...]:
    """List every row that names something that is not there."""
    return tuple(
        Dangling(kind, name, key, named, column.names)
        for kind, described in KINDS.items()
        for name, row in organisation.of(kind).items()
        for key, column in described.columns.items()
        for named in _named(column, row, key)
        if all(organisation.find(other, named) is None for other in column.names)
    )


def _named(column: Column, row: Row, key: str) -> Iterator[str]:
    """Give the ids that a key of a row names."""
    value: Any = row.get(key)
    if not column.names or value in (None, ALL):
        return
    for each in value if isinstance(value, list) else [value]:
        yield each[column.inner] if column.inner else each
