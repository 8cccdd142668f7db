"""Facts about planned times, and who is on call: their names, what each gives, and what records have booked."""

from collections.abc import Mapping
from typing import NamedTuple

from language.values import FieldType, Shape

FROZEN, MAINTAINED_UNTIL, CONFLICTS, NEXT_FREE, ON_CALL = (
    "frozen",
    "maintained_until",
    "conflicts",
    "next_free",
    "on_call",
)

BOOKED = (CONFLICTS, NEXT_FREE)
"""Facts that look at what other records have booked; the record that asks is their first argument."""

TEXT, TIME = Shape(FieldType.TEXT), Shape(FieldType.DATETIME)
GIVES: Mapping[str, Shape] = {
    FROZEN: Shape(FieldType.YES_NO),
    MAINTAINED_UNTIL: TIME,
    CONFLICTS: Shape(FieldType.LIST, columns=dict.fromkeys(("id", "kind", "with", "text"), TEXT)),
    NEXT_FREE: TIME,
    ON_CALL: Shape(FieldType.USER),
}
"""The shape of what each gives."""


class Booking(NamedTuple):
    """That a record has something (`service:mail`, `user:ann`) to itself from `since` until `until`, in seconds."""

    record: str
    what: str
    since: float
    until: float
