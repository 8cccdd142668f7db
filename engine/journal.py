"""The journal's words: one English sentence for every kind of line that the engine writes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from engine.explain import clock_time, share
from engine.record import Json, Line, Plain
from language.calendars import ALWAYS_OPEN, Calendar
from language.durations import in_words
from language.values import SEALED

EMPTY = "empty"
KB = 1_024
MOST_DAYS = 5
"""Holidays that a line of the journal names."""


def tell(line: Line, hours: Calendar = ALWAYS_OPEN) -> str:
    """Say a line of the journal; times in it are those that clocks on the calendar show (without one: UTC).

    A kind this version has no words for is told by its name.
    """
    words = WORDS.get(line.what)
    return f"{line.what} {line.name}".rstrip() if words is None else words(line.name, line.data, hours)


def shown(value: Json) -> str:
    """Say a plain value as people read it: a reference by its label, empty as `empty`."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        if value.keys() == {SEALED}:
            return SEALED
        return str(value["label"]) if is_reference(value) else _members(value)
    if isinstance(value, list | tuple):
        return ", ".join(shown(each) for each in value) or "nothing"
    return str(value)


def is_reference(value: Plain) -> bool:
    """Say whether a plain mapping refers to something (`{"id": …, "label": …}`) rather than being a row."""
    return value.keys() == {"id", "label"}


def _members(value: Plain) -> str:
    return ", ".join(f"{name}: {shown(each)}" for name, each in value.items())


def _transition(name: str, data: Plain, _hours: Calendar) -> str:
    if not data["from"]:
        return f"started in {data['to']}"
    if data["from"] == data["to"]:
        return f"{name}, in {data['to']}"
    return f"{name}: {data['from']} → {data['to']}"


def _scheduled(_name: str, data: Plain, hours: Calendar) -> str:
    due = datetime.fromisoformat(data["due"]).timestamp()
    return f"started by its schedule, for {clock_time(hours, due)}"


def _field(name: str, data: Plain, _hours: Calendar) -> str:
    return f"{name}: {shown(data['old'])} → {shown(data['new'])} ({data['by']})"


def _told(name: str, data: Plain, _hours: Calendar) -> str:
    return f"told {name} to {', '.join(_who(*who) for who in data['to'])}"


def _who(_kind: str, name: str, attribute: str) -> str:
    return f"{attribute} of {name}" if attribute else name


def _task(what: str) -> Callable[[str, Plain, Calendar], str]:
    def say(_name: str, data: Plain, _hours: Calendar) -> str:
        return f"task “{data['title']}” {what}"

    return say


def _task_opened(_name: str, data: Plain, hours: Calendar) -> str:
    due = "" if data["due"] is None else f", due {clock_time(hours, data['due'])}"
    return f"task “{data['title']}” given to {_seats(data['seats'])}{due}"


def _task_completed(_name: str, data: Plain, _hours: Calendar) -> str:
    filled_in = f": {_members(data['filled_in'])}" if data["filled_in"] else ""
    behalf = f" on behalf of {data['for']['label']}" if data.get("for") else ""
    return f"task “{data['title']}” completed{behalf}{filled_in}"


def _task_escalated(_name: str, data: Plain, _hours: Calendar) -> str:
    return f"task escalated to {_seats(data['seats'])}"


def _seat(seat: Plain) -> str:
    """Say who has a seat: `Dan for Maria`."""
    own = seat.get("for")
    return f"{seat['label']} for {own['label']}" if own else str(seat["label"])


def _seats(seated: Json) -> str:
    return ", ".join(_seat(each) for each in seated) or "nobody"


def _approval_opened(_name: str, data: Plain, hours: Calendar) -> str:
    due = "" if data["due"] is None else f", due {clock_time(hours, data['due'])}"
    again = f", round {data['round']}" if data["round"] > 1 else ""
    return f"approval “{data['title']}” asked of {_seats(data['seats'])} (votes: {data['votes']}{again}){due}"


def _voted(_name: str, data: Plain, _hours: Calendar) -> str:
    seat, vote = data["seat"], data["seat"]["vote"]
    own, recorder = seat.get("for"), vote.get("recorded_by")
    who = f"{seat['label']} on behalf of {own['label']}" if own else seat["label"]
    comment = f": {vote['comment']}" if vote["comment"] else ""
    minutes = f" (recorded by {recorder['label']})" if recorder else ""
    return f"{who} votes {vote['choice']} on “{data['title']}”{comment}{minutes}"


def _approval_decided(_name: str, data: Plain, _hours: Calendar) -> str:
    return f"approval “{data['title']}” {data['outcome']} (yes {data['yes']}, no {data['no']})"


def _approval_escalated(_name: str, data: Plain, hours: Calendar) -> str:
    due = clock_time(hours, data["due"])
    return f"approval “{data['title']}” escalated to {_seats(data['seats'])}, due {due}"


def _handed_on(_name: str, data: Plain, _hours: Calendar) -> str:
    return f"“{data['title']}” passes from {_seat(data['was'])} to {_seat(data['seat'])}"


def _calendar_changed(name: str, data: Plain, _hours: Calendar) -> str:
    days = [f"{_days(data[how])} {how}" for how in ("added", "removed") if data[how]]
    return f"calendar {name} has changed: {', '.join((*days, *data['other']))}"


def _days(days: Sequence[str]) -> str:
    shown_ = ", ".join(days[:MOST_DAYS]) + (f" and {len(days) - MOST_DAYS} more" if len(days) > MOST_DAYS else "")
    return f"{'holiday' if len(days) == 1 else 'holidays'} {shown_}"


def _target_moved(name: str, data: Plain, hours: Calendar) -> str:
    old, new = (clock_time(hours, data[each]) for each in ("old", "new"))
    return f"target {name} is due {new}, no longer {old}"


def _target_stopped(name: str, data: Plain, _hours: Calendar) -> str:
    return f"target {name} missed by {in_words(data['spent'] - data['allowed'])}"


def _target_met(name: str, data: Plain, _hours: Calendar) -> str:
    return f"target {name} met after {in_words(data['spent'])} ({share(data['spent'], data['allowed'])} of the time)"


def _timer_blocked(name: str, data: Plain, hours: Calendar) -> str:
    return f"{name} should have happened at {clock_time(hours, data['due'])}; blocked: {'; '.join(data['because'])}"


def _timer_passed(name: str, data: Plain, hours: Calendar) -> str:
    due = clock_time(hours, data["due"])
    if data.get("count", 1) == 1:
        return f"{name} was for {due}, which had already passed"
    until = clock_time(hours, data["until"])
    return f"{name} was for {data['count']:,} times from {due} to {until}, which had already passed"


def _timer_refused(name: str, data: Plain, hours: Calendar) -> str:
    because = "; ".join(data["because"])
    return f"{name} did not happen at {clock_time(hours, data['due'])}, and waits for its next time: {because}"


def _field_dropped(name: str, data: Plain, _hours: Calendar) -> str:
    return f"{name} is a field no more; it was {shown(data['old'])}"


def _again(sentence: str) -> Callable[[str, Plain, Calendar], str]:
    """Make the words of a flow that goes on otherwise: what it does, and which calls are made again by that."""

    def say(name: str, data: Plain, _hours: Calendar) -> str:
        calls = f"; asked again: {', '.join(data['again'])}" if data["again"] else ""
        return sentence.format(name=name, step=data["step"]) + calls

    return say


def size_in_words(size: int) -> str:
    """Say how large a file is: `812 bytes`, `52 KB`, `3.4 MB`."""
    if size < KB:
        return "1 byte" if size == 1 else f"{size} bytes"
    return f"{size / KB:.0f} KB" if size < KB * KB else f"{size / KB / KB:.1f} MB"


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count or 'no'} steps"


def _filled(sentence: str) -> Callable[[str, Plain, Calendar], str]:
    """Make the words of a line from a sentence with the name and the data in braces."""
    return lambda name, data, _hours: sentence.format_map({**data, "name": name})


WORDS: Mapping[str, Callable[[str, Plain, Calendar], str]] = {
    "transition": _transition,
    "scheduled": _scheduled,
    "field": _field,
    "not_computed": _filled("{name} could not be kept up to date and is empty: {because}"),
    "comment": _filled("comment: {text}"),
    "note": _filled("note: {text}"),
    "attached": lambda name, data, _hours: f"attached {name} ({size_in_words(data['size'])})",
    "reason": _filled("reason: {text}"),
    "record_large": _filled("the record has {size} KB, and {most} KB is the most: shorten fields, or close it"),
    "watched": _filled("{label} watches"),
    "unwatched": _filled("{label} watches no more"),
    "not_awaited": _filled("event {name} was not awaited"),
    "told": _told,
    "told_nobody": _filled("{name} was told to nobody: there is nobody to tell"),
    "call_started": _filled("asked {name}"),
    "call_returned": _filled("{name} answered"),
    "call_failed": _filled("{name} failed: {text} ({code})"),
    "call_withdrawn": _filled("{name} is no longer needed"),
    "call_stopped": _filled("{name}, which is no longer needed, has ended"),
    "call_ended": _filled("{name} ended after the record was closed"),
    "late_result": _filled("an answer came too late and was ignored ({name})"),
    "started_by": _filled("started by {name}"),
    "parent_left": _filled("{name} does not wait for this any more"),
    "child_asked": _filled("asked for a new {name}"),
    "child_begun": _filled("{name} has begun"),
    "child_done": _filled("{name} ended in {state}"),
    "child_failed": _filled("no {name}: {text} ({code})"),
    "child_left": _filled("the {name} that was run is not waited for any more"),
    "late_child": _filled("what came of a record was no longer waited for ({name})"),
    "sent": lambda name, data, _hours: f"sent {name} to {', '.join(data['to'])}",
    "sent_nobody": _filled("{name} was sent to nobody: there is no record to send it to"),
    "not_overwritten": _filled("{name} stays as a person wrote it meanwhile, not as {by} gave it"),
    "block_started": _filled("block {name} began"),
    "block_through": _filled("block {name} is through"),
    "block_stopped": _filled("block {name} stopped"),
    "rollback_started": lambda name, data, _hours: f"rolling back {name}: {_steps(data['count'])} to undo",
    "undo_started": _filled("undoing {name}"),
    "undone": _filled("{name} undone"),
    "rolled_back": _filled("{name} rolled back"),
    "step_failed": _filled("step {name} failed: {text}"),
    "fault": _filled("fault {name}: {text}"),
    "fault_cleared": _filled("fault {name} {how}"),
    "task_opened": _task_opened,
    "task_claimed": _task("claimed"),
    "task_released": _task("released"),
    "task_completed": _task_completed,
    "task_overdue": _task("is overdue"),
    "task_escalated": _task_escalated,
    "task_withdrawn": _task("withdrawn"),
    "approval_opened": _approval_opened,
    "approval_voided": lambda _name, data, _hours: (
        f"approval “{data['title']}” begins anew, votes are cleared: {', '.join(data['fields'])} changed"
    ),
    "approval_overdue": _filled("approval “{title}” is overdue"),
    "approval_escalated": _approval_escalated,
    "approval_withdrawn": _filled("approval “{title}” withdrawn"),
    "approval_decided": _approval_decided,
    "voted": _voted,
    "seat_handed_on": _handed_on,
    "seat_lost": lambda _name, data, _hours: f"{_seat(data['seat'])} has left “{data['title']}”",
    "target_started": _filled("target {name} started: {within}"),
    "target_paused": lambda name, data, _hours: f"target {name} paused after {in_words(data['spent'])}",
    "target_resumed": _filled("target {name} goes on: {within}"),
    "target_changed": _filled("target {name}: {old} → {new}"),
    "target_moved": _target_moved,
    "target_threshold": _filled("target {name}: {threshold} of the time has passed"),
    "target_missed": _filled("target {name} missed: not within {within}"),
    "target_met": _target_met,
    "target_stopped": _target_stopped,
    "calendar_changed": _calendar_changed,
    "timer_blocked": _timer_blocked,
    "timer_passed": _timer_passed,
    "timer_refused": _timer_refused,
    "moved": _filled("moved from version {from} to version {to}"),
    "state_renamed": _filled("the state {old} is called {name} now"),
    "field_renamed": _filled("the field {old} is called {name} now"),
    "field_dropped": _field_dropped,
    "goes_on": _again("{name} goes on with {step}"),
    "begins_again": _again("{name} begins again"),
    "stays_through": _again("{name} is another one now, and stays done"),
    "target_dropped": lambda name, data, _hours: f"target {name} is no more, after {in_words(data['spent'])}",
}
"""What is said of each kind of line."""
