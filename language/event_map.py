"""The event map of an organisation: which process an event from outside is for, and how it finds its records."""

from collections.abc import Mapping
from typing import NamedTuple

from language.definition import Written
from language.organisation import Organisation, Row, written_of

EVENT = "event"
"""The kind of the rows of an event map."""


class Mapped(NamedTuple):
    """What an event from outside is for those whose process it concerns.

    `event` is what their definition awaits. Records are found by `field`, without one by what the process correlates
    by, and the `value` (None: by nothing, the event can only start one). Names in the values are those of the event:
    `type`, `source`, `subject`, `data`. `with_` is what it brings; None: its `data` as it is.
    """

    name: str
    process: str
    event: str
    field: str | None
    value: Written | None
    with_: Mapping[str, Written] | None


def mapped(organisation: Organisation, type_: str, source: str) -> Mapped | None:
    """Say what an event is mapped to; a row for its very source goes before one for all. None: to nothing."""
    rows = {row["source"]: name for name, row in organisation.of(EVENT).items() if row["type"] == type_}
    name = rows.get(source, rows.get(None))
    return None if name is None else mapping_of(name, organisation.of(EVENT)[name])


def mapping_of(name: str, row: Row) -> Mapped:
    """Make a row of the event map ready to be evaluated."""
    value = None if row["value"] is None else written_of(row["value"])
    with_ = {key: written_of(each) for key, each in row["with"].items()} or None
    return Mapped(name, row["process"], row["event"], row["field"], value, with_)
