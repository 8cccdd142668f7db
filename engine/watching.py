"""Watchers: people who follow a record, are told of public comments, and see it where `read` names `watchers`."""

from engine import messages, visibility
from engine.fields import known
from engine.record import Actor, Event, Reason, Who
from engine.turn import Turn
from engine.visibility import Sight
from language.inputs import ValueRefused
from language.values import FieldType, Shape

COMMENTED = "commented"
"""The message by which watchers are told of a comment."""
MOST_WATCHERS = 100
PERSON = Shape(FieldType.USER)


def watch(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Let somebody who sees the record watch it (`event.name` empty), or, by who sees it in full, somebody else."""
    who = event.name or actor.id
    reasons = _refusals(turn, who, actor)
    if reasons or who in _ids(turn):
        return reasons
    if len(turn.watchers) >= MOST_WATCHERS:
        text = f"{MOST_WATCHERS} people watch this record, which is the most there can be. Take somebody off first."
        return (Reason("state", "too-many-watchers", text),)
    try:
        person = known(turn, PERSON, {"id": who, "label": who})
    except ValueRefused as refused:
        return (Reason("input", "bad-value", refused.text, "person"),)
    turn.watchers = (*turn.watchers, person)
    turn.log("watched", who, label=person["label"])
    return ()


def unwatch(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Let somebody watch no more: oneself, or, by who sees the record in full, somebody else."""
    who = event.name or actor.id
    reasons = _refusals(turn, who, actor)
    if not reasons and who in _ids(turn):
        label = next(each["label"] for each in turn.watchers if each["id"] == who)
        turn.watchers = tuple(each for each in turn.watchers if each["id"] != who)
        turn.log("unwatched", who, label=label)
    return reasons


def tell(turn: Turn, text: str, actor: Actor) -> None:
    """Tell watchers of a public comment, but not who wrote it."""
    others = [Who("user", each) for each in _ids(turn) if each != actor.id]
    if others:
        values = {"text": text, "by": actor.label or actor.id}
        messages.tell(turn, f"comment-{turn.seq}", COMMENTED, others, values)


def _ids(turn: Turn) -> list[str]:
    return [each["id"] for each in turn.watchers]


def _refusals(turn: Turn, who: str, actor: Actor) -> tuple[Reason, ...]:
    sight = visibility.sight(turn, actor)
    if sight is None:
        return (Reason("who", "not-allowed", "only those who may see this record may watch it"),)
    if who != actor.id and sight is not Sight.FULL:
        text = "only those who see this record in full may say for others that they watch it"
        return (Reason("who", "not-allowed", text),)
    return ()
