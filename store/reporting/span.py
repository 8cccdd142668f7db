"""What a report is about: a process, days, and values that its records have now."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Table, exists

from store.columns import index_key
from store.tables import record_value


@dataclass(frozen=True, slots=True)
class Span:
    """The records of a process, from one day to another, both included (`keeping.day_of`).

    `values` are fields that projections index: of the records, those that have these values now.
    """

    process: str
    first: int
    last: int
    values: Mapping[str, str] = field(default_factory=dict)

    def conditions(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        """Say which rows of a table with `process`, `day` and `record` it is about."""
        return (*self.of_process(table), table.c.day >= self.first, table.c.day <= self.last)

    def of_process(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        """Say the same, whatever the day; for the table of records, too."""
        name = table.c.record if "record" in table.c else table.c.id
        found = record_value.c
        fitting = (
            exists().where(found.record == name, found.field == each, found.value == index_key(value)).correlate(table)
            for each, value in self.values.items()
        )
        return (table.c.process == self.process, *fitting)
