"""A record as a line of a list: what it is called, how it stands, whose it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from api.filtering import NAMED
from api.forms import titled
from api.pinned import pinned
from api.showing import summary
from engine.journal import shown
from engine.paths import state_named, transitions_of
from language.definition import Definition
from language.values import SEALED
from portal.showing import tone, tone_of_state
from store.database import Database
from store.queries import RecordRow

Badge = tuple[str, str]
"""Words and their colour."""


class Listed(NamedTuple):
    """A record in a list; `named` are the words of the fields that every list has, by their names."""

    row: RecordRow
    process: str
    state: Badge
    priority: Badge | None
    named: Mapping[str, str]


async def definitions_of(database: Database, rows: Iterable[RecordRow]) -> Mapping[str, Definition]:
    """Give the definitions that records follow, by their digests."""
    return {digest: await pinned(database, digest) for digest in sorted({row.digest for row in rows})}


def listed_row(definition: Definition, row: RecordRow) -> Listed:
    """Show a record in a list, as far as whoever looks may see it."""
    fields = summary(definition, row).fields
    broken = row.full and bool(row.body.get("faults"))
    state = (titled(row.state, state_named(definition, row.state).title), "")
    return Listed(
        row,
        definition.title,
        (state[0], tone_of_state(definition, row.state, broken=broken)),
        _priority(definition, fields.get(NAMED[0])),
        {name: in_words(fields.get(name)) for name in NAMED},
    )


def ways_on(known: Mapping[str, Definition], rows: Iterable[RecordRow]) -> Sequence[tuple[str, str]]:
    """Give the transitions, name and title, that people take from where any of these records is."""
    places = dict.fromkeys((row.digest, row.state) for row in rows)
    found = {
        each.name: titled(each.name, each.title)
        for digest, state in places
        for each in transitions_of(known[digest], state)
        if each.by
    }
    return sorted(found.items(), key=lambda each: each[1])


def in_words(value: Any) -> str:  # noqa: ANN401 - plain JSON
    """Give the words of a value; what is sealed says only that."""
    if value is None:
        return ""
    return "sealed" if isinstance(value, Mapping) and SEALED in value else shown(value)


def _priority(definition: Definition, value: Any) -> Badge | None:  # noqa: ANN401 - plain JSON
    if not isinstance(value, str) or not value:
        return None
    field = definition.fields[NAMED[0]]
    ranked = any(target.per == NAMED[0] for target in definition.targets.values()) and value in field.shape.options
    return value.replace("_", " "), tone(field.shape.options, value) if ranked else "neutral"
