"""An event of a record as a CloudEvent 1.0, for the feed and for webhooks alike."""

from datetime import UTC, datetime

from engine.snapshot import restore
from language.definition import Definition
from store.columns import Json
from store.entries import clocks, entry_told
from store.queries import JournalEntry, RecordRow

RECORDS = "/api/v1/records"
"""Where records live, behind the address of the application: the source of their events."""
TYPE = "steward.record"
"""What the type of every event of a record begins with; the kind of the journal's entry follows."""


def event_type(kind: str) -> str:
    """Give the type of an event by the kind of its entry: `steward.record.act`."""
    return f"{TYPE}.{kind}"


def event_id(entry: JournalEntry) -> str:
    """Give the id of an event: the same whenever it is told."""
    return f"{entry.record}.{entry.seq}.{entry.head[:16]}"


def record_event(entry: JournalEntry, row: RecordRow, definition: Definition, base_url: str) -> dict[str, Json] | None:
    """Give an event of a record as whoever sees the row may see it; None where there is nothing of it for them.

    `data` says how the record stands now, and as `entry` what happened; times are datetimes in UTC.
    """
    told = entry_told(entry, clocks(definition, restore(dict(row.body))), full=row.full)
    if not told["lines"] and not row.full:
        return None
    return {
        "specversion": "1.0",
        "id": event_id(entry),
        "source": f"{base_url}{RECORDS}",
        "type": event_type(entry.kind),
        "subject": entry.record,
        "time": told["at"],
        "datacontenttype": "application/json",
        "data": {
            "process": row.process,
            "title": row.title,
            "state": row.state,
            "final": row.final,
            "revision": row.revision,
            "entry": told,
        },
    }


def written(time: datetime) -> str:
    """Write a time as RFC 3339 has it, in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
