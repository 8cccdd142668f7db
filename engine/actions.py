"""What an actor may do to a record now: every transition with *yes*, *yes, if …*, or why not and who could."""

from collections.abc import Iterable
from typing import NamedTuple

from engine import transitions
from engine.errors import Missing
from engine.paths import guards_of, transitions_of
from engine.record import Actor, Event, Kind, Needs, Plain, Reason, Record
from engine.turn import Turn
from language.definition import Definition, Transition

YES, IF, NO = "yes", "if", "no"


class Action(NamedTuple):
    """A transition as an actor sees it: `possible` is `yes`, `if` (what is still to be filled in decides) or `no`."""

    name: str
    title: str
    to: tuple[str, ...]
    possible: str
    needs: tuple[str, ...]
    ask: tuple[str, ...]
    reasons: tuple[Reason, ...]


def actions(
    definition: Definition, record: Record, actor: Actor, now: float, facts: Plain
) -> tuple[Action, ...] | Needs:
    """List what people may do in the current state, in file order; or the facts that are needed to say so."""
    missing: dict[str, None] = {}
    found: list[Action] = []
    for transition in transitions_of(definition, record.state):
        if not transition.by:
            continue
        event = Event(Kind.ACT, transition.name, actor, now=now, facts=facts)
        try:
            found.append(_action(Turn(definition, record, event), transition, actor))
        except Missing as needed:
            missing.update(dict.fromkeys(needed.keys))
    return Needs(tuple(missing)) if missing else tuple(found)


def _action(turn: Turn, transition: Transition, actor: Actor) -> Action:
    who = transitions.entitled(turn, transition, actor)
    _, against = transitions.way(turn, transition)
    reasons = (*who, *(each for each in against if each.kind != "input"))
    guards = guards_of(turn.definition, transition)
    read = _made_of(turn.definition, (name for guard in guards for name in guard.names))
    to_fill_in = any(name in transition.asked for name in read)
    if not reasons:
        possible = YES
    elif to_fill_in and all(each.code == "guard" for each in reasons):
        possible = IF
    else:
        possible = NO
    to = tuple(each.state for each in transition.to)
    title = transition.title or transition.name.replace("_", " ").capitalize()
    return Action(transition.name, title, to, possible, transition.needs, transition.ask, reasons)


def _made_of(definition: Definition, names: Iterable[str]) -> tuple[str, ...]:
    """Give these names, and all that tables and kept fields make them of."""
    found = dict.fromkeys(names)
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        field = definition.fields.get(name)
        tables = (each for each in definition.tables.values() if name in (each.name, *each.gives))
        behind = [given for table in tables for given in table.given]
        behind += field.value.names if field is not None and field.value is not None else ()
        waiting += [each for each in behind if each not in found]
        found.update(dict.fromkeys(behind))
    return tuple(found)
