"""The action `journals.timeline`: what happened when, put together from the journals of several records."""

from datetime import UTC, datetime
from typing import Annotated

from activities.actions import Action, ActionModel, Context
from engine.journal import tell
from engine.record import Line
from language.values import FieldType, Shape
from store.queries import JournalEntry, get_journal

TELLING = ("transition", "comment", "reason", "task_completed")
"""Kinds of line that say how it went; what only writes fields or sends messages is left out."""
LONGEST = 30_000
"""Characters of a timeline; the oldest events are left out of a longer one."""

Records = Annotated[list[str], Shape(FieldType.LIST)]
LongText = Annotated[str, Shape(FieldType.LONG_TEXT)]


class Wanted(ActionModel):
    """Whose journals."""

    records: Records


class Told(ActionModel):
    """The timeline: an event a line, the oldest first, with its time in UTC, the record, and who did it."""

    text: LongText


async def timeline(wanted: Wanted, context: Context) -> Told:
    """Tell what happened to the records, in the order of time; one that is not there has nothing to tell."""
    found = [
        (entry.at, f"{_clock(entry.at)} {entry.record} {text}")
        for name in dict.fromkeys(wanted.records)
        for entry in await get_journal(context.database, name)
        for text in _texts(entry)
    ]
    lines = [line for _at, line in sorted(found, key=lambda each: each[0])]
    while sum(len(line) + 1 for line in lines) > LONGEST:
        del lines[: max(1, len(lines) // 10)]
    return Told(text="\n".join(lines))


def _texts(entry: JournalEntry) -> list[str]:
    actor = entry.event.get("actor") or {}
    who = f" ({actor['label']})" if actor.get("label") else ""
    lines = (Line(**stored) for stored in entry.lines)
    return [" ".join(tell(line).split()) + who for line in lines if line.what in TELLING]


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"


TIMELINE = Action("journals.timeline", Wanted, Told, timeline)
