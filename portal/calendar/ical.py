"""Writes entries of the calendar as iCalendar (RFC 5545), for calendars in telephones and mail programs."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from portal.calendar.entries import Entry
from store.plans import Status

PRODUCT = "-//Steward//Calendar//EN"
REFRESH = timedelta(hours=1)
"""How often a program is asked to look again."""
WORDS = {"freeze": "Freeze: ", "maintenance": "Maintenance: ", "holiday": "Closed: "}
STANDING = {Status.CANCELLED: "CANCELLED", Status.PAST: "CONFIRMED", Status.BOOKED: "CONFIRMED"}


def written(entries: Iterable[Entry], base_url: str, name: str, now: float) -> bytes:
    """Write entries as one calendar of this name; `base_url` is where people reach us, `now` when it is asked for.

    An entry has the same UID whenever it is written, and a greater SEQUENCE after each change; times are in UTC.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for each in entries:
        calendar.add_component(_event(each, base_url, now))
    return bytes(calendar.to_ical())


def _event(entry: Entry, base_url: str, now: float) -> Event:
    event = Event()
    changed = _utc(entry.changed_at or now)
    event.add("uid", f"{entry.uid}@{urlsplit(base_url).hostname or 'steward'}")
    event.add("dtstamp", changed)
    begin, end = _times(entry)
    event.add("dtstart", begin)
    event.add("dtend", end)
    event.add("summary", _summary(entry))
    event.add("status", STANDING[entry.status])
    event.add("transp", "TRANSPARENT")
    event.add("categories", [entry.kind.upper()])
    event.add("description", "\n".join((*_about(entry), *(f"Conflict: {text}" for text in entry.against))))
    if entry.record:
        event.add("sequence", entry.seq)
        event.add("last-modified", changed)
        event.add("url", f"{base_url.rstrip('/')}/records/{entry.record}")
    return event


def _times(entry: Entry) -> tuple[date, date]:
    if entry.day:
        return entry.day, entry.day + timedelta(days=1)
    return _utc(entry.time.since), _utc(entry.time.until)


def _summary(entry: Entry) -> str:
    if entry.kind == "holiday":
        return WORDS[entry.kind] + ", ".join(entry.what)
    return f"{entry.record} {entry.title}" if entry.record else WORDS[entry.kind] + entry.title


def _about(entry: Entry) -> tuple[str, ...]:
    return (f"For {', '.join(entry.what)}",) if entry.what and entry.kind != "holiday" else ()


def _utc(instant: float) -> datetime:
    return datetime.fromtimestamp(instant, UTC).replace(microsecond=0)
