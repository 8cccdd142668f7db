"""What a message may show: the record's fields as they were when it was written, what was given with it, and times.

The names are those of `language.messages`. Times are those that clocks on the process's calendar show.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.explain import clock_time
from language.calendars import ALWAYS_OPEN, Calendar
from language.definition import Definition, Literal
from language.organisation import Organisation
from language.values import FieldType
from store.queries import RecordRow

Values = Mapping[str, Any]


def message_values(
    body: Values, record: RecordRow, definition: Definition, hours: Calendar, link: str
) -> dict[str, Any]:
    """Give everything that the templates of messages may read but their `recipient`; `body` is the outbox row's.

    What no field says is as the record is now. `about` is the record's title; a number in `with` is a time.
    """
    clock = _clock(hours)
    now = record.body
    return {
        "created_at": clock(now["created_at"]),
        "created_by": now["created_by"],
        "updated_at": clock(now["updated_at"]),
        "watchers": now["watchers"],
        "parent": now["parent"],
        "tasks": now["tasks"],
        "approvals": now.get("approvals", {}),
        "open_tasks": sum(token["kind"] == "task" for token in now["tokens"].values()),
        **{name: _field(definition, name, value, clock) for name, value in body["fields"].items()},
        **{name: clock(value) if isinstance(value, float) else value for name, value in body["with"].items()},
        "about": record.title,
        "process": definition.title,
        "link": link,
    }


def public_values(body: Values, definition: Definition) -> dict[str, Any]:
    """Give what anybody may read who is told something about the record: no internal fields."""
    hidden = [name for name, field in definition.fields.items() if field.internal]
    return {**{name: value for name, value in body["fields"].items() if name not in hidden}, **body["with"]}


def hours_of(definition: Definition, around: Organisation, now: float) -> Calendar:
    """Give the calendar of a process; UTC round the clock where it has none, or none that is the same for all."""
    name = definition.calendar.value if isinstance(definition.calendar, Literal) else None
    if around.find("calendar", str(name)) is None:
        return ALWAYS_OPEN
    return around.calendar(str(name), datetime.fromtimestamp(now, UTC).date())


def _clock(hours: Calendar) -> Callable[[float], str]:
    """Give what turns seconds since the epoch into `2026-03-06 10:00 Europe/Berlin`."""
    return lambda instant: f"{clock_time(hours, instant)} {hours.zone}"


def _field(definition: Definition, name: str, value: Any, clock: Callable[[float], str]) -> Any:  # noqa: ANN401  # JSON
    field = definition.fields.get(name)
    if value is None or field is None or field.shape.type is not FieldType.DATETIME:
        return value
    return clock(datetime.fromisoformat(value).timestamp())
