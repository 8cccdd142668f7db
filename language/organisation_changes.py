"""What is different between two organisations, row by row: for people who apply one, for the journal, for records."""

from collections.abc import Iterable
from typing import NamedTuple

from language.organisation import PLURALS, Organisation, Row


class Change(NamedTuple):
    """A row that was added (`old` is None), removed (`new` is None), or is another now."""

    kind: str
    id: str
    old: Row | None
    new: Row | None


def changes(before: Organisation, after: Organisation) -> tuple[Change, ...]:
    """List what is different, by kind; in each what was there before first, then what is new, in the order of files."""
    found = (
        Change(kind, name, before.find(kind, name), after.find(kind, name))
        for kind in PLURALS
        for name in dict.fromkeys((*before.of(kind), *after.of(kind)))
    )
    return tuple(each for each in found if each.old != each.new)


def with_changes(organisation: Organisation, made: Iterable[Change]) -> Organisation:
    """Give an organisation in which these rows are as they are after the changes."""
    rows = {kind: dict(found) for kind, found in organisation.rows.items()}
    for change in made:
        if change.new is None:
            rows.get(change.kind, {}).pop(change.id, None)
        else:
            rows.setdefault(change.kind, {})[change.id] = change.new
    return Organisation(rows)
