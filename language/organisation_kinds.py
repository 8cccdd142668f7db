"""The kinds of row in an organisation's files: which keys each has, what it is without them, and whom they name."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from language.organisation import CONFLICTS, CRITICALITIES, ENVIRONMENTS
from language.organisation_rows import (
    classes,
    communication,
    days,
    duration_text,
    email,
    event_value,
    event_values,
    ids,
    intake_start,
    local_time,
    opening_hours,
    redundancy,
    rings,
    row_id,
    some_ids,
    some_services,
    target_times,
)
from language.schema.keys import Key, Read
from language.schema.written import event_name, number, one_of, text, word, yes_no


class Column(NamedTuple):
    """A key of a kind of row: its reader, the value without it, and the kinds of row one of which it names.

    A key with rows inside it says which `inner` key names what.
    """

    read: Read
    otherwise: Any = None
    names: tuple[str, ...] = ()
    inner: str = ""
    required: bool = False


class RowKind(NamedTuple):
    """A kind of row: what it is called, and its keys."""

    what: str
    columns: Mapping[str, Column]

    @property
    def keys(self) -> dict[str, Key]:
        """The keys, as they are read."""
        return {name: Key(column.read, required=column.required) for name, column in self.columns.items()}

    @property
    def otherwise(self) -> dict[str, Any]:
        """What a row is of which nothing is written."""
        return {name: column.otherwise for name, column in self.columns.items()}


def _one(kind: str) -> Column:
    return Column(row_id, names=(kind,))


def _many(kind: str) -> Column:
    return Column(ids, [], (kind,))


TITLE = Column(text)
FROM, UNTIL, CALENDAR = Column(local_time, required=True), Column(local_time, required=True), _one("calendar")

KINDS: Mapping[str, RowKind] = {
    "user": RowKind(
        "a person",
        {
            "name": TITLE,
            "email": Column(email),
            "manager": _one("user"),
            "roles": _many("role"),
            "groups": _many("group"),
            "active": Column(yes_no, True),
        },
    ),
    "group": RowKind("a group", {"title": TITLE, **{each: _one("user") for each in ("lead", "chair", "secretary")}}),
    "role": RowKind("a role", {"title": TITLE}),
    "service": RowKind(
        "a service",
        {
            "title": TITLE,
            "owner": _one("user"),
            "group": _one("group"),
            "criticality": Column(one_of("a criticality", *CRITICALITIES), "medium"),
            "agreement": _one("agreement"),
            "depends_on": _many("service"),
            "conflicts": Column(one_of("what a conflict does", *CONFLICTS), "warn"),
            "communication": Column(communication, [], ("group",), "audience"),
            "rings": Column(rings, []),
            "test_threshold": Column(number(0, 100), 100),
        },
    ),
    "configuration_item": RowKind(
        "a configuration item",
        {
            "title": TITLE,
            "class": Column(word),
            "environment": Column(one_of("an environment", *ENVIRONMENTS), "production"),
            "criticality": Column(one_of("a criticality", *CRITICALITIES), "medium"),
            "version": Column(text),
            "service": _one("service"),
            "owner": _one("user"),
            "group": _one("group"),
            "depends_on": _many("configuration_item"),
            "redundancy": Column(redundancy),
            "hosted_on": _one("configuration_item"),
            "part_of": _one("configuration_item"),
            "window": Column(opening_hours, {}),
            "calendar": CALENDAR,
        },
    ),
    "agreement": RowKind("an agreement", {"title": TITLE, "calendar": CALENDAR, "targets": Column(target_times, {})}),
    "calendar": RowKind(
        "a calendar",
        {
            "title": TITLE,
            "zone": Column(text, "UTC", required=True),
            "hours": Column(opening_hours, {}, required=True),
            "holidays": Column(days, []),
        },
    ),
    "freeze": RowKind(
        "a freeze",
        {
            "title": TITLE,
            "services": Column(some_services, [], ("service",)),
            "items": _many("configuration_item"),
            "classes": Column(classes, []),
            "from": FROM,
            "until": UNTIL,
            "waived_by": Column(some_ids, [], ("role", "group", "user")),
            "calendar": CALENDAR,
        },
    ),
    "maintenance": RowKind(
        "planned maintenance",
        {
            "title": TITLE,
            "items": Column(some_ids, [], ("configuration_item",), required=True),
            "from": FROM,
            "until": UNTIL,
            "calendar": CALENDAR,
        },
    ),
    "rota": RowKind(
        "a rota",
        {
            "title": TITLE,
            "group": Column(row_id, "", ("group",), required=True),
            "people": Column(some_ids, [], ("user",), required=True),
            "from": FROM,
            "every": Column(duration_text, "1 week", required=True),
            "hours": Column(opening_hours, {}),
            "calendar": CALENDAR,
        },
    ),
    "absence": RowKind(
        "an absence",
        {
            "person": Column(row_id, "", ("user",), required=True),
            "from": FROM,
            "until": UNTIL,
            "delegate": _one("user"),
            "calendar": CALENDAR,
        },
    ),
    "intake": RowKind(
        "an intake",
        {
            "process": Column(word, "", required=True),
            "key": Column(one_of("what makes two the same", "group", "fingerprint"), "group", required=True),
            "start": Column(intake_start, {}, required=True),
            "repeated": Column(event_name),
            "resolved": Column(event_name),
        },
    ),
    "event": RowKind(
        "an event from outside",
        {
            "type": Column(text, "", required=True),
            "source": Column(text),
            "process": Column(word, "", required=True),
            "event": Column(event_name, "", required=True),
            "field": Column(word),
            "value": Column(event_value),
            "with": Column(event_values, {}),
        },
    ),
}
"""Every kind there is; the times of a row are those of clocks on its `calendar`, without one of UTC."""
