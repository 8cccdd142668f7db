"""Decision tables at work: the first row that fits gives the values (DMN, hit policy *first*)."""

from collections.abc import Mapping
from typing import Any

from engine.record import Json, Plain
from language.definition import Row, Table
from language.names import ANY


def decided(table: Table, fields: Plain) -> tuple[Any, ...] | None:
    """Give what the first row that fits gives, in the order of `gives`; None where none fits.

    An empty field fits `any` and `null` only; a reference fits by its id.
    """
    given = [_compared(fields.get(name)) for name in table.given]
    row = next((row for row in table.rows if _fits(row, given)), None)
    return None if row is None else row.cells[len(given) :]


def _fits(row: Row, given: list[Json]) -> bool:
    return all(cell == ANY or _compared(cell) == value for cell, value in zip(row.cells, given, strict=False))


def _compared(value: Json) -> Json:
    return value["id"] if isinstance(value, Mapping) else value
