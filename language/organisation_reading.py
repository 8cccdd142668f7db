"""Reads the files of `definitions/organisation/` into an `Organisation`, and finds every mistake in them at once.

LanguageError
└── OrganisationMistakes    problems of one or more files, each with the name of its file
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from language.calendars import CalendarError, snapshot
from language.inputs import read
from language.loader import Entry, MappingNode, Node, ScalarNode, SequenceNode, load
from language.organisation import PLURALS, Organisation, Row, hours_of
from language.organisation_rows import ALL, ID, KINDS, row_id, under
from language.problems import LanguageError, Problem, did_you_mean, quoted
from language.schema.keys import Key, Reading, kind_of, read_keys
from language.schema.written import (
    word,
)
from language.values import FieldType, Shape

DATETIME = Shape(FieldType.DATETIME)
TIMES = ("from", "until")
SPANS = ("freeze", "maintenance", "absence")
"""Kinds of row that hold for a time."""
TWO_DAYS = timedelta(days=2)
AROUND_THE_CLOCK = (((0, 1_440),),) * 7

NAMED_IN_DEFINITIONS = ("group", "role", "calendar")
"""Kinds whose ids are written in definitions, so they must look like names."""


class OrganisationMistakes(LanguageError):
    """Files of the organisation have problems; `files` maps the name of each to its problems."""

    def __init__(self, files: Mapping[str, tuple[Problem, ...]]) -> None:
        """Keep them by file; the message lists them, one a line, as `file:line:column code: …`."""
        super().__init__(problem for problems in files.values() for problem in problems)
        self.files = files
        self.args = ("\n".join(f"{file}:{problem}" for file, found in files.items() for problem in found),)


class _Found(NamedTuple):
    """A row with the place it was read from."""

    reading: Reading
    entry: Entry
    row: Row


Rows = dict[str, dict[str, _Found]]


def read_organisation(texts: Mapping[str, str], base: Organisation | None = None) -> Organisation:
    """Read the files of an organisation (name → text), whose keys may be spread over them as one likes.

    Names may also refer to rows of `base`, to which the rows are added. Raises OrganisationMistakes with all problems.
    """
    rows: Rows = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    readings: dict[str, Reading] = {}
    for file, source in texts.items():
        try:
            node = load(source)
        except LanguageError as error:
            problems[file] = error.problems
        else:
            readings[file] = Reading(source.split("\n"))
            _read_file(readings[file], node, rows)
    organisation = _whole(rows, base or Organisation())
    problems |= {
        file: LanguageError(reading.problems).problems for file, reading in readings.items() if reading.problems
    }
    if problems:
        raise OrganisationMistakes(problems)
    return organisation


def read_rows(node: Node, base: Organisation) -> Organisation:
    """Read the rows that a test brings (`organisation:`) and add them to `base`. Raises LanguageError."""
    rows: Rows = {}
    reading = Reading([])
    _read_file(reading, node, rows)
    organisation = _whole(rows, base)
    if reading.problems:
        raise LanguageError(reading.problems)
    return organisation


def _read_file(reading: Reading, node: Node, rows: Rows) -> None:
    keys = {plural: Key(partial(_read_kind, kind, rows.setdefault(kind, {}))) for kind, plural in PLURALS.items()}
    read_keys(reading, node, keys, "an organisation")


def _read_kind(kind: str, found: dict[str, _Found], reading: Reading, node: Node) -> None:
    if not isinstance(node, MappingNode):
        reading.refuse(node, "wrong-kind", f"{PLURALS[kind]} are written as `id: {{…}}`, not as {kind_of(node)}")
        return
    for entry in node.entries:
        _check_id(reading, entry, kind)
        if entry.key in found:
            message = f"{quoted(entry.key)} is already written on line {found[entry.key].entry.key_line}"
            reading.refuse_key(entry, "duplicate-row", f"{message} of this or another file", "Keep one of the two.")
        attributes = read_keys(reading, entry.value, KINDS[kind].keys, KINDS[kind].what)
        row = {**KINDS[kind].otherwise, **attributes}
        if "name" in row or "title" in row:
            label = "name" if "name" in row else "title"
            row[label] = row[label] or entry.key.replace("_", " ").capitalize()
        found[entry.key] = _Found(reading, entry, row)


def _check_id(reading: Reading, entry: Entry, kind: str) -> None:
    word(reading, _as_node(entry)) if kind in NAMED_IN_DEFINITIONS else row_id(reading, _as_node(entry))


def _as_node(entry: Entry) -> ScalarNode:
    return ScalarNode(entry.key, entry.key, True, entry.key_line, entry.key_column)


def _whole(rows: Rows, base: Organisation) -> Organisation:
    """Put everything together and check what only the whole shows: names of other rows, calendars, times."""
    read = Organisation({kind: {name: one.row for name, one in found.items()} for kind, found in rows.items()})
    whole = base.merged(read)
    for kind, found in rows.items():
        for one in found.values():
            _check_refs(one, kind, whole)
    for name, one in rows.get("calendar", {}).items():
        _check_calendar(one, name)
    if any(one.reading.problems for found in rows.values() for one in found.values()):
        return whole
    return whole.merged(Organisation({kind: _placed(kind, rows.get(kind, {}), whole) for kind in SPANS}))


def _check_refs(one: _Found, kind: str, whole: Organisation) -> None:
    for attribute, other in KINDS[kind].refs.items():
        for name, node in _named(one, attribute):
            if whole.find(other, name) is None:
                what = KINDS[other].what.split(" ", 1)[1]
                hint = did_you_mean(name, whole.of(other)) or f"Write it under {PLURALS[other]}."
                one.reading.refuse(node, f"unknown-{other.replace('_', '-')}", f"no {what} named {quoted(name)}", hint)


def _named(one: _Found, attribute: str) -> Iterator[tuple[str, Node]]:
    """Give the ids that a key of a row names, with their places; what is no id was refused already."""
    key, _, column = attribute.partition(".")
    node = under(one.entry.value, key)
    for each in node.items if isinstance(node, SequenceNode) else (node,):
        item = under(each, column)
        if isinstance(item, ScalarNode) and ID.fullmatch(item.text) and item.text != ALL:
            yield item.text, item


def _check_calendar(one: _Found, name: str) -> None:
    holidays = [date.fromisoformat(day) for day in one.row["holidays"]]
    day = holidays[0] if holidays else date(2000, 1, 1)
    try:
        snapshot(name, one.row["zone"], hours_of(one.row["hours"]), holidays, since=day, until=day)
    except CalendarError as error:
        one.reading.refuse_key(one.entry, "bad-calendar", str(error))


def _placed(kind: str, found: Mapping[str, _Found], whole: Organisation) -> dict[str, Row]:
    """Give what holds for a time with its times in UTC; they were read on the clocks of their calendar."""
    placed: dict[str, Row] = {}
    for name, one in found.items():
        calendar = whole.find("calendar", one.row["calendar"] or "")
        zone = partial(ahead, "UTC" if calendar is None else str(calendar["zone"]))
        begin, end = (read(DATETIME, one.row[key], zone) for key in TIMES)
        if str(begin) >= str(end):
            one.reading.refuse_key(one.entry, f"bad-{kind}", "it ends before it begins", "Exchange from and until.")
        elif one.row.get("delegate") and one.row["delegate"] == one.row["person"]:
            message = f"{one.row['person']} cannot stand in for themselves"
            one.reading.refuse_key(one.entry, f"bad-{kind}", message, "Name somebody else, or leave delegate out.")
        placed[name] = {**one.row, "from": begin, "until": end}
    return placed


def ahead(zone: str, local: datetime) -> float:
    """Give how many seconds a zone's clocks are ahead of UTC when they show `local`.

    Of a time they show twice the first counts; a time they skip moves forward by what is skipped.
    """
    day = local.date()
    offsets = snapshot("", zone, AROUND_THE_CLOCK, (), since=day - TWO_DAYS, until=day + TWO_DAYS).offsets
    seconds = (local - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001  # clocks as they are shown have no zone
    for (_, offset), (change, later) in pairwise(offsets):
        if seconds - max(offset, later) < change:
            return offset
    return offsets[-1][1]
