"""What differs between two texts of a definition: line by line, and in words."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from portal.definitions.telling import Item, Part

AROUND = 3
"""Lines that are shown before and after a change."""
MOST_LINES = 4_000
"""Of texts with more lines nothing is said line by line: it would take long."""
SAME, ADDED, REMOVED, GAP = "same", "added", "removed", "gap"


class Line(NamedTuple):
    """A line of a difference: `how` it is (`gap`: some were left out), its numbers before and after (0: none)."""

    how: str
    before: int
    after: int
    text: str


class Change(NamedTuple):
    """A thing of which something else is said now: of which part, its title, how it changed, and both sayings."""

    part: str
    title: str
    how: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def lines(before: str, after: str) -> tuple[Line, ...] | None:
    """Give the lines that differ, with some around them; None where the texts are too long to be compared."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > MOST_LINES:
        return None
    found: list[Line] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][1] or found:
            found.append(Line(GAP, 0, 0, ""))
        for kind, since, until, new_since, new_until in group:
            found += _same(old, since, until, new_since) if kind == "equal" else ()
            if kind != "equal":
                found += [Line(REMOVED, number + 1, 0, old[number]) for number in range(since, until)]
                found += [Line(ADDED, 0, number + 1, new[number]) for number in range(new_since, new_until)]
    return tuple(found)


def _same(old: list[str], since: int, until: int, new_since: int) -> Iterator[Line]:
    for number in range(since, until):
        yield Line(SAME, number + 1, new_since + number - since + 1, old[number])


def changes(before: tuple[Part, ...], after: tuple[Part, ...]) -> tuple[Change, ...]:
    """Say in words what differs, part by part in the order of the newer one."""
    old, new = _things(before), _things(after)
    found = (_change(each, old.get(each), new.get(each)) for each in dict.fromkeys((*new, *old)))
    return tuple(change for change in found if change is not None)


Things = Mapping[tuple[str, str], Item]


def _things(parts: tuple[Part, ...]) -> Things:
    return {(part.title, item.name): item for part in parts for item in part.items}


def _change(key: tuple[str, str], old: Item | None, new: Item | None) -> Change | None:
    part, _ = key
    if old is None or new is None:
        only = new or old
        assert only is not None
        return Change(part, only.title, REMOVED if new is None else ADDED, (), only.lines()[:1])
    was, now = old.lines(), new.lines()
    if was == now and old.title == new.title:
        return None
    removed = tuple(line for line in was if line not in now)
    added = tuple(line for line in now if line not in was)
    return Change(part, new.title, "changed", removed, added or (() if removed else ("The order is another.",)))
