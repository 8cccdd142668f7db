"""How a form stands while somebody fills it in: what would be in its fields, which are not shown, which are fixed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from engine import fields
from engine.defaults import fill_default
from engine.errors import Missing
from engine.paths import transition_named
from engine.people import by_office
from engine.record import Actor, Event, Json, Kind, Needs, Record
from engine.turn import Turn
from engine.visibility import hides
from language.definition import Definition


class Standing(NamedTuple):
    """A form as it stands: `values` are what would be in every field, `fixed` says why one cannot be written."""

    values: Mapping[str, Json]
    hidden: tuple[str, ...]
    fixed: Mapping[str, str]


def standing(definition: Definition, record: Record, event: Event, names: Iterable[str]) -> Standing | Needs:
    """Judge the form of an event by what is filled in so far; or give the facts that are needed to do so.

    Nothing is refused here: what cannot be a value of its field counts as not filled in. `names` are those asked for.
    """
    turn = Turn(definition, record, event)
    asked = tuple(name for name in names if name in definition.fields)
    try:
        _fill(turn, event)
        hidden = tuple(name for name in asked if not fields.shown(turn, name))
        against = {name: _against(turn, event, name) for name in asked}
    except Missing as needed:
        return Needs(tuple(needed.keys))
    return Standing(dict(turn.fields), hidden, {name: text for name, text in against.items() if text})


def _fill(turn: Turn, event: Event) -> None:
    """Write what can be, then what a new record begins with, then what tables and expressions make of it."""
    if event.kind is Kind.START:
        turn.fields = dict.fromkeys(turn.definition.fields)
    for name, raw in event.data.items():
        if name in turn.definition.fields:
            with turn.gathering():
                value, refused = fields.accept(turn, name, raw, name)
                turn.fields[name] = turn.fields[name] if refused else value
    turn.settle_missing()
    if event.kind is Kind.START:
        for name in turn.definition.fields:
            with turn.gathering():
                fill_default(turn, name)
        turn.settle_missing()
    fields.recompute(turn)


def _against(turn: Turn, event: Event, name: str) -> str:
    """Say why a field cannot be written by who fills in the form."""
    if event.actor is None:
        return ""
    if hides(turn, event.actor, (name,)) and not _lends(turn, event, event.actor):
        return f"{name} is internal"
    reasons = fields.not_writable(turn, event.actor, name, event.kind is not Kind.EDIT, name)
    return reasons[0].text if reasons else ""


def _lends(turn: Turn, event: Event, actor: Actor) -> bool:
    """Say whether a transition lets an actor fill in what they would not see, because they take it by their office."""
    if event.kind is Kind.START:
        return by_office(turn, actor, turn.definition.start.by)
    taken = transition_named(turn.definition, turn.state, event.name) if event.kind is Kind.ACT else None
    return taken is not None and by_office(turn, actor, taken.by)
