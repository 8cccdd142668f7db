"""The journals as files: JSON Lines, from which anybody can compute the chain, and CSV, for people."""

import csv
import io
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from enum import StrEnum
from typing import Any

from fastapi import Depends

from api.identity import Caller
from api.services import Provided
from api.times import moment
from engine.journal import tell
from engine.record import Line, Origin
from store.entries import in_place_of
from store.exporting import Exported

MEDIA_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet would compute instead of showing it; some read wide signs as narrow ones."""


class Format(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"


async def _place(services: Provided, caller: Caller) -> AsyncGenerator[None]:
    """Hold a place of somebody until their file has been sent. Raises CrowdedError."""
    with services.exports.place(caller.id):
        yield


ONE_OF_FEW = Depends(_place)
"""What a route needs that sends a file of whatever there is."""


async def written(events: AsyncIterator[Exported], format_: Format) -> AsyncIterator[str]:
    """Write events, one after the other."""
    if format_ is Format.CSV:
        yield _line(COLUMNS)
    async for event in events:
        yield csv_line(event) if format_ is Format.CSV else json_line(event)


def json_line(event: Exported) -> str:
    """Write an event as a line of JSON; `event` and `lines` are as they were sealed."""
    told = {**event._asdict(), "at": _time(event), "lines": list(event.lines)}
    return json.dumps({name: told[name] for name in JSON_MEMBERS}, ensure_ascii=False) + "\n"


def csv_line(event: Exported) -> str:
    """Write an event as a row of cells."""
    return _line([cell(COLUMNS[name](event)) for name in COLUMNS])


def cell(value: Any) -> str:  # noqa: ANN401  # what an event has
    """Give a cell as text; one that a spreadsheet would compute begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(FORMULA) else text


def _line(cells: Any) -> str:  # noqa: ANN401  # texts, one after the other
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()


def _time(event: Exported) -> str:
    return moment(event.at).isoformat().replace("+00:00", "Z")


def _actor(event: Exported) -> Mapping[str, Any]:
    return event.event.get("actor") or {}


def _origin(event: Exported) -> Origin:
    return Origin(**(_actor(event).get("origin") or {}))


def _what(event: Exported) -> str:
    return "\n".join(tell(Line(**line)) for line in event.lines)


JSON_MEMBERS = ("record", "process", "seq", "at", "event", "lines", "previous_head", "head")
COLUMNS: Mapping[str, Callable[[Exported], Any]] = {
    "record": lambda event: event.record,
    "process": lambda event: event.process,
    "seq": lambda event: event.seq,
    "at": _time,
    "kind": lambda event: event.event["kind"],
    "name": lambda event: event.event["name"],
    "actor": lambda event: _actor(event).get("id"),
    "label": lambda event: _actor(event).get("label"),
    "on_behalf_of": lambda event: (in_place_of(event.lines) or {}).get("id"),
    "channel": lambda event: _origin(event).channel,
    "client_address": lambda event: _origin(event).address,
    "credential": lambda event: _origin(event).credential,
    "version": lambda event: event.event.get("version"),
    "what": _what,
    "previous_head": lambda event: event.previous_head,
    "head": lambda event: event.head,
}
"""The columns of a CSV file."""
