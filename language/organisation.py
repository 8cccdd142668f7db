"""The organisation around the processes: its people, groups, services, agreements, calendars … as plain, frozen data.

A row is plain JSON: references are ids, times RFC 3339, durations their text. `language.organisation_reading` makes one
of the files in `definitions/organisation/`; the store keeps one and answers facts from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from language.calendars import WEEKDAYS, Calendar, Hours, snapshot
from language.definition import Literal, Written
from language.expressions import parse, parse_text
from language.holidays import dates
from language.problems import did_you_mean, quoted, sentence
from language.values import FieldType, Plain, Shape

Row = Mapping[str, Any]

PLURALS: Mapping[str, str] = {
    "user": "people",
    "group": "groups",
    "role": "roles",
    "service": "services",
    "configuration_item": "configuration_items",
    "agreement": "agreements",
    "calendar": "calendars",
    "freeze": "freezes",
    "maintenance": "maintenances",
    "rota": "rotas",
    "absence": "absences",
    "intake": "intakes",
    "event": "events",
}
"""The kinds of thing an organisation has, and the key under which each stands in a file."""

CRITICALITIES = ("critical", "high", "medium", "low")
ENVIRONMENTS = ("production", "test", "development")
CONFLICTS = ("warn", "acknowledge", "block")
"""What a conflict of planned times does to a plan for a service; the definition reads it, and acts on it."""
ALL = "all"
"""What stands for every service."""

TEXT, NUMBER, YES_NO = Shape(FieldType.TEXT), Shape(FieldType.NUMBER), Shape(FieldType.YES_NO)
USER, GROUP = Shape(FieldType.USER), Shape(FieldType.GROUP)
CRITICALITY = Shape(FieldType.CHOICE, options=CRITICALITIES)
SERVICE, ITEM = Shape(FieldType.REF, of="service"), Shape(FieldType.REF, of="configuration_item")


def _many(kind: str) -> Shape:
    return Shape(FieldType.LIST, of=Shape(FieldType.REF, of=kind))


DURATION = Shape(FieldType.DURATION)
COMMUNICATION = Shape(FieldType.LIST, columns={"audience": GROUP, "channel": TEXT, "every": DURATION})
"""A communication plan: who is told by which channel, and how often."""
RINGS = Shape(
    FieldType.LIST, columns={"name": TEXT, "percent": NUMBER, "bake": DURATION, "target": TEXT, "no_return": YES_NO}
)
"""In which parts a service gets a new version: how long each is watched, and after which there is no way back."""

ATTRIBUTES: Mapping[str, Mapping[str, Shape]] = {
    "user": {
        "name": TEXT,
        "email": TEXT,
        "manager": USER,
        "roles": Shape(FieldType.LIST, of=TEXT),
        "groups": Shape(FieldType.LIST, of=GROUP),
        "active": YES_NO,
    },
    "group": {
        "title": TEXT,
        "lead": USER,
        "chair": USER,
        "secretary": USER,
        "members": Shape(FieldType.LIST, of=USER),
    },
    "service": {
        "title": TEXT,
        "owner": USER,
        "group": GROUP,
        "criticality": CRITICALITY,
        "agreement": Shape(FieldType.REF, of="agreement"),
        "depends_on": _many("service"),
        "conflicts": Shape(FieldType.CHOICE, options=CONFLICTS),
        "communication": COMMUNICATION,
        "rings": RINGS,
        "test_threshold": NUMBER,
    },
    "configuration_item": {
        "title": TEXT,
        "class": TEXT,
        "environment": Shape(FieldType.CHOICE, options=ENVIRONMENTS),
        "criticality": CRITICALITY,
        "version": TEXT,
        "service": SERVICE,
        "owner": USER,
        "group": GROUP,
        "depends_on": _many("configuration_item"),
        "redundancy": TEXT,
        "hosted_on": ITEM,
        "part_of": ITEM,
    },
    "agreement": {"title": TEXT, "calendar": TEXT},
}
"""What an expression may read of a reference, by its kind: `service.owner` is a user."""

REFERABLE = tuple(ATTRIBUTES)
"""The kinds of thing that a field can refer to."""

YEARS_BEFORE = 1
YEARS_AFTER = 5


class OrganisationError(LookupError):
    """The organisation has no such thing; the message says which there are."""


class Intake(NamedTuple):
    """How a foreign shape of event becomes a record, or an event of one.

    `start` fills the fields of a record of `process`; names in it are the outside data: `title`, `labels` and so on.
    `repeated` and `resolved` are the events sent when it comes again and when it is over. `key` says what makes two the
    same: `group` or `fingerprint`.
    """

    name: str
    process: str
    key: str
    start: Mapping[str, Written]
    repeated: str | None
    resolved: str | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """All rows there are: kind (`user`, `service` …) → id → row, in the order of the files."""

    rows: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, Row]:
        """Give id → row of one kind; empty when there are none, or no such kind."""
        return self.rows.get(kind, {})

    def find(self, kind: str, name: str) -> Row | None:
        """Give one row, or None."""
        return self.of(kind).get(name)

    def label(self, kind: str, name: str) -> str | None:
        """Give the words people know it by (a person's name, else its title); None when there is no such thing."""
        row = self.find(kind, name)
        return None if row is None else str(row.get("name") or row.get("title") or name)

    def attribute(self, kind: str, name: str, attribute: str) -> Plain:
        """Give what `service.owner` is, as a plain value (references with their labels); empty when it is not known."""
        row, shape = self.find(kind, name), ATTRIBUTES.get(kind, {}).get(attribute)
        if row is None or shape is None:
            return None
        if (kind, attribute) == ("group", "members"):
            return [self._plain(USER, person) for person in self.members(name)]
        return self._plain(shape, row.get(attribute))

    def _plain(self, shape: Shape, given: Any) -> Plain:  # noqa: ANN401  # a row holds any JSON
        if shape.columns is not None:
            columns, entries = shape.columns.items(), given or ()
            return [{name: self._plain(column, entry[name]) for name, column in columns} for entry in entries] or None
        if shape.type is FieldType.LIST:
            return [self._plain(shape.entry, entry) for entry in given or ()]
        if shape.type in (FieldType.USER, FieldType.GROUP, FieldType.REF) and given is not None:
            return {"id": given, "label": self.label(shape.kind, given) or given}
        return given  # type: ignore[no-any-return]  # the row was read after the same shape

    def members(self, group: str) -> tuple[str, ...]:
        """Give the ids of the active people in a group."""
        return self._people("groups", group)

    def holders(self, role: str) -> tuple[str, ...]:
        """Give the ids of the active people who have a role."""
        return self._people("roles", role)

    def _people(self, attribute: str, name: str) -> tuple[str, ...]:
        return tuple(person for person, row in self.of("user").items() if row["active"] and name in row[attribute])

    def calendar(self, name: str, today: date) -> Calendar:
        """Take a snapshot of a calendar that knows the clock changes from last year to five years ahead.

        Raises OrganisationError when there is no such calendar.
        """
        row = self.find("calendar", name)
        if row is None:
            hint = did_you_mean(name, self.of("calendar"))
            raise OrganisationError(sentence(f"no calendar named {quoted(name)}", hint))
        holidays = dates(row["holidays"], today.year - YEARS_BEFORE, today.year + YEARS_AFTER)
        return _snapshot(name, row["zone"], hours_of(row["hours"]), holidays, today.year)

    def intake(self, name: str) -> Intake:
        """Give an intake, its values ready to be evaluated. Raises OrganisationError when there is no such intake."""
        row = self.find("intake", name)
        if row is None:
            hint = did_you_mean(name, self.of("intake"))
            raise OrganisationError(sentence(f"no intake named {quoted(name)}", hint))
        start = {key: written_of(value) for key, value in row["start"].items()}
        return Intake(name, row["process"], row["key"], start, row["repeated"], row["resolved"])

    def merged(self, extra: "Organisation") -> "Organisation":
        """Give this organisation with the rows of another added; a row of the same kind and id is replaced."""
        kinds = dict.fromkeys((*self.rows, *extra.rows))
        return Organisation({kind: {**self.of(kind), **extra.of(kind)} for kind in kinds})

    def to_json(self) -> dict[str, Any]:
        """Give it as plain JSON, with the keys that the files have."""
        return {PLURALS[kind]: {name: dict(row) for name, row in rows.items()} for kind, rows in self.rows.items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Mapping[str, Row]]) -> "Organisation":
        """Read what `to_json` gave; it is not checked again."""
        return cls({kind: dict(stored[plural]) for kind, plural in PLURALS.items() if plural in stored})


@lru_cache(maxsize=64)
def _snapshot(name: str, zone: str, hours: Hours, holidays: tuple[date, ...], year: int) -> Calendar:
    since, until = date(year - YEARS_BEFORE, 1, 1), date(year + YEARS_AFTER, 12, 31)
    return snapshot(name, zone, hours, holidays, since=since, until=until)


def hours_of(row: Mapping[str, list[str]]) -> Hours:
    """Turn `{"mon": ["09:00-12:30", "13:00-17:30"]}` into minutes of the day, from Monday to Sunday."""
    return tuple(tuple(_minutes(span) for span in row.get(day[:3].lower(), ())) for day in WEEKDAYS)


def _minutes(span: str) -> tuple[int, int]:
    begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in span.split("-"))
    return begin, end


def written_of(value: Any) -> Written:  # noqa: ANN401  # a row holds any JSON
    """Make a value ready that a row keeps as it was written: `=expression`, a text with braces, or a literal."""
    if isinstance(value, str) and value.startswith("="):
        return parse(value[1:])
    if isinstance(value, str) and "{{" in value:
        return parse_text(value)
    return Literal(value)
