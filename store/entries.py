"""An event of the journal as somebody may see it: in words on the clocks of its process, and as data.

The journal, the feed and webhooks tell it alike. From where it came is for the journal and the feed to add.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from engine.calendars import calendar
from engine.journal import tell
from engine.record import Line, Record
from language.calendars import ALWAYS_OPEN, Calendar
from language.definition import Definition, Literal
from store.columns import Json
from store.queries import JournalEntry

TIMES = ("due",)
"""Members of a line's data that are times."""
INSIDE = ("fault", "fault_cleared", "step_failed", "call_failed", "child_failed", "not_awaited")
"""Lines about what went wrong inside, whose texts may hold anything: like faults, for those who see in full."""
SEATED = ("voted", "task_completed")
"""Lines of what somebody can do in the place of who is away."""


def clocks(definition: Definition, record: Record) -> Calendar:
    """Give the calendar on whose clocks times are told: the one that is written, if the record knows it."""
    name = definition.calendar.value if isinstance(definition.calendar, Literal) else ""
    return calendar(record.calendars[name]) if name in record.calendars else ALWAYS_OPEN


def entry_told(entry: JournalEntry, hours: Calendar, *, full: bool) -> dict[str, Json]:
    """Tell an event, with its times as datetimes in UTC; what is internal only in full sight."""
    actor, own = entry.event.get("actor"), in_place_of(entry.lines)
    return {
        "seq": entry.seq,
        "at": _moment(entry.at),
        "kind": entry.kind,
        "name": entry.name,
        "actor": _person(actor) if actor else None,
        "on_behalf_of": _person(own) if own else None,
        "version": entry.event.get("version"),
        "lines": list(_lines(entry, hours, full=full)),
        "head": entry.head,
        "previous_head": entry.previous_head,
    }


def in_place_of(lines: Sequence[Mapping[str, Json]]) -> Mapping[str, Json] | None:
    """Give in whose place a vote was given or recorded, or a task completed, with id and label; None: nobody's."""
    for line in lines:
        if line["what"] in SEATED:
            seat = line["data"].get("seat", line["data"])
            recorded = (seat.get("vote") or {}).get("recorded_by")
            return seat.get("for") or (_person(seat) if recorded else None)
    return None


def _person(who: Mapping[str, Json]) -> dict[str, Json]:
    return {"id": who["id"], "label": who["label"]}


def _lines(entry: JournalEntry, hours: Calendar, *, full: bool) -> Iterator[dict[str, Json]]:
    for stored in entry.lines:
        line = Line(**stored)
        if full or not (line.internal or line.what in INSIDE):
            data = {name: _shown(name, value) for name, value in line.data.items()}
            yield {**line._asdict(), "text": tell(line, hours), "data": data}


def _shown(name: str, value: Json) -> Json:
    """Write the times among a line's data as times."""
    return _moment(value) if name in TIMES and isinstance(value, int | float) else value


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds, 6), UTC)
