"""Looks at a decision table as a whole: combinations no row fits, and rows that can never fit.

What is possible for a given column is a list of options. Where there is none (a text, a number), the values its cells
name are told apart, and `OTHER` stands for all the rest. That a field can be empty is not counted: a table whose given
field is empty gives nothing, unless a row fits it with `any` or `null`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from language.definition import Row, Table
from language.names import ANY
from language.values import Plain

MOST_WORK = 200_000  # boxes looked at, which takes well below a second
OTHER: Final = "any other"
MOST_GAPS = 5  # that are named; the first few show what is missing

Box = tuple[int, ...]
"""A set of combinations: for each given column the possible values, one bit each."""


class Gap(NamedTuple):
    """Combinations no row fits: for each given column, the values that are meant."""

    values: tuple[tuple[object, ...], ...]


class Coverage(NamedTuple):
    """What rows fit: the first gaps, and the numbers (from 0) of rows that never do. Too much work is not completed."""

    gaps: tuple[Gap, ...]
    unreachable: tuple[int, ...]
    is_complete: bool = True


def cover(table: Table, options: Mapping[str, Sequence[Plain]]) -> Coverage:
    """Find the gaps and unreachable rows of a table; `options` are those of each given column that has some.

    Combinations are compared as boxes, so that a large table costs no more than its rows make it.
    """
    domains = [_domain(table, index, options.get(name)) for index, name in enumerate(table.given)]
    left: list[Box] = [tuple((1 << len(domain)) - 1 for domain in domains)]
    unreachable: list[int] = []
    work = 0
    for number, row in enumerate(table.rows):
        work += len(left)
        if work > MOST_WORK:
            return Coverage((), tuple(unreachable), is_complete=False)
        fits = _box(row, domains)
        if not any(_meet(box, fits) for box in left):
            unreachable.append(number)
        left = [rest for box in left for rest in _without(box, fits)]
    return Coverage(tuple(_gap(box, domains) for box in left[:MOST_GAPS]), tuple(unreachable))


def _domain(table: Table, index: int, options: Sequence[Plain] | None) -> list[object]:
    """List the values of a column that are told apart."""
    found: list[object] = [OTHER] if options is None else list(options)
    for row in table.rows:
        cell = row.cells[index]
        if cell != ANY and cell not in found:
            found.append(cell)
    return found


def _box(row: Row, domains: list[list[object]]) -> Box:
    """Give the combinations a row fits."""
    cells = zip(row.cells, domains, strict=False)
    return tuple((1 << len(domain)) - 1 if cell == ANY else 1 << domain.index(cell) for cell, domain in cells)


def _meet(box: Box, other: Box) -> bool:
    return all(mine & yours for mine, yours in zip(box, other, strict=True))


def _without(box: Box, taken: Box) -> Iterator[Box]:
    """Give what is left of a box, as boxes that do not overlap."""
    if not _meet(box, taken):
        yield box
        return
    before: Box = ()
    for index, (mine, theirs) in enumerate(zip(box, taken, strict=True)):
        if rest := mine & ~theirs:
            yield (*before, rest, *box[index + 1 :])
        before = (*before, mine & theirs)


def _gap(box: Box, domains: list[list[object]]) -> Gap:
    chosen = (
        tuple(value for bit, value in enumerate(domain) if mask >> bit & 1)
        for mask, domain in zip(box, domains, strict=True)
    )
    return Gap(tuple(chosen))
