"""Events for other records: what a `send` step puts into the outbox."""

from collections.abc import Iterator, Mapping

from engine.children import is_too_deep
from engine.errors import StepFailed
from engine.scope import fill, fill_plain
from engine.turn import Turn
from language.definition import Send
from language.operations import kind_in_words
from language.values import Ref, Value

SEND = "send"
"""The kind of the row in the outbox that sends an event."""


def send(turn: Turn, path: str, step: Send, names: Mapping[str, Value]) -> bool:
    """Send an event to the records that `to` gives; False where the step stands still instead."""
    if is_too_deep(turn, path):
        return False
    to = tuple(dict.fromkeys(_records(fill(turn, step.to, names), step.to.text)))
    if not to:
        turn.log("sent_nobody", step.event)
        return True
    body = {
        "event": step.event,
        "to": list(to),
        "with": fill_plain(turn, step.with_, names),
        "depth": turn.depth + 1,
    }
    turn.send(path, SEND, body)
    turn.log("sent", step.event, to=list(to))
    return True


def _records(value: Value, written: str) -> Iterator[str]:
    """Give the ids of records: of one, or of each of a list; empty is none."""
    if isinstance(value, Ref):
        yield value.id
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _records(each, written)
    elif value is not None:
        raise StepFailed("bad-value", f"an event is sent to records, and {written} is {kind_in_words(value)}")
