"""Tells the journal on a page: what people care about in the words of the definition, the rest folded away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from api.forms import titled
from api.journal import EntryView, LineView
from engine.journal import shown
from engine.paths import transition_named
from language.definition import Definition
from language.values import FieldType
from portal.words import instant

SPOKEN = ("comment", "note", "reason")
FEW = 3
"""Changes of fields that are told at once; more are folded."""
TONES = {
    "transition": "info",
    "voted": "info",
    "approval_decided": "good",
    "task_completed": "good",
    "target_missed": "bad",
    "step_failed": "bad",
    "call_failed": "bad",
    "fault": "bad",
}
"""The colours of what is told at once."""
AT_ONCE = (
    *SPOKEN,
    *TONES,
    "approval_opened",
    "approval_voided",
    "approval_overdue",
    "approval_escalated",
    "task_opened",
    "task_overdue",
    "task_escalated",
    "seat_handed_on",
    "target_threshold",
    "fault_cleared",
    "attached",
    "child_begun",
    "child_done",
    "rolled_back",
)


class Sentence(NamedTuple):
    """A line in words; `spoken` is what somebody has written."""

    text: str
    spoken: bool
    internal: bool


class Told(NamedTuple):
    """An event: when, who, for whom; what is told at once, and what is folded away."""

    entry: EntryView
    who: str
    tone: str
    internal: bool
    at_once: tuple[Sentence, ...]
    folded: tuple[Sentence, ...]


def told(definition: Definition, entries: Sequence[EntryView]) -> tuple[Told, ...]:
    """Tell events that have anything to tell, the newest first."""
    return tuple(_told(definition, entry) for entry in reversed(entries) if entry.lines)


def _told(definition: Definition, entry: EntryView) -> Told:
    changes = [line for line in entry.lines if line.what == "field"]
    first = [line for line in entry.lines if line.what in AT_ONCE]
    first += changes if len(changes) <= FEW else []
    first = first or entry.lines[:1]
    rest = [line for line in entry.lines if line not in first]
    who = entry.actor.label if entry.actor else ""
    return Told(
        entry,
        f"{who} for {entry.on_behalf_of.label}" if entry.on_behalf_of else who,
        next((TONES[line.what] for line in first if line.what in TONES), "neutral"),
        all(line.internal for line in entry.lines),
        tuple(_sentence(definition, line) for line in first),
        tuple(_sentence(definition, line) for line in rest),
    )


def _sentence(definition: Definition, line: LineView) -> Sentence:
    if line.what in SPOKEN:
        return Sentence(str(line.data["text"]), True, line.internal)
    if line.what == "field":
        text = _change(definition, line.name, line.data["old"], line.data["new"])
    elif line.what == "transition" and line.data["from"]:
        text = _transition(definition, line)
    else:
        text = line.text[:1].upper() + line.text[1:]
    return Sentence(text, False, line.internal)


def _transition(definition: Definition, line: LineView) -> str:
    source, target = line.data["from"], line.data["to"]
    found = transition_named(definition, source, line.name) if source in definition.states else None
    title = titled(line.name, found.title if found else "")
    states = [
        titled(each, definition.states[each].title if each in definition.states else "") for each in (source, target)
    ]
    return f"{title}: {' → '.join(dict.fromkeys(states))}"


def _change(definition: Definition, name: str, old: Any, new: Any) -> str:  # noqa: ANN401 - plain JSON
    field = definition.fields.get(name)
    words = [_value(each, field is not None and field.shape.type is FieldType.DATETIME) for each in (old, new)]
    title = titled(name, field.title if field else "")
    return f"{title}: {words[1]}" if old in (None, []) else f"{title}: {words[0]} → {words[1]}"


def _value(value: Any, is_time: bool) -> str:  # noqa: ANN401 - plain JSON
    return instant(datetime.fromisoformat(value)) if is_time and isinstance(value, str) else shown(value)
