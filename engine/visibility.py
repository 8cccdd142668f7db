"""Who sees a record, and whether they see what is internal: through a role or group yes, only as a person in it no."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum

from engine.errors import Missing
from engine.people import meant
from engine.record import Actor, Event, Kind, Record
from engine.turn import Turn
from language.definition import ANYONE, Approval, Definition, Field, Task
from language.definition import Who as WhoWritten
from language.walking import every_step


class Sight(StrEnum):
    """How much somebody sees: `full` with what is internal, `public` without."""

    FULL = "full"
    PUBLIC = "public"


def sight(turn: Turn, actor: Actor) -> Sight | None:
    """Say how much the actor sees of the record; None: it does not exist for them."""
    found = None
    names = viewer(actor)
    for who, full in _readers(turn):
        if who in names:
            if full:
                return Sight.FULL
            found = Sight.PUBLIC
    return found


def opened(definition: Definition, record: Record, actor: Actor) -> tuple[str, ...]:
    """Name the sensitive fields that an actor may read: their readers, or without any those who see in full."""
    if not any(field.shape.sealed for field in definition.fields.values()):
        return ()
    turn = Turn(definition, record, Event(Kind.TICK))
    seen = sight(turn, actor)
    return tuple(name for name, field in definition.fields.items() if _may_open(turn, actor, field, seen))


def _may_open(turn: Turn, actor: Actor, field: Field, seen: Sight | None) -> bool:
    if seen is None or not field.shape.sealed or (field.internal and seen is not Sight.FULL):
        return False
    if not field.readers:
        return seen is Sight.FULL
    names = viewer(actor)
    return any(f"{who.kind}:{who.id}" in names for who in meant(turn, field.readers))


def hides(turn: Turn, actor: Actor | None, names: Iterable[str]) -> bool:
    """Say whether one of these fields is internal and the actor (None: the process itself) does not see such fields."""
    return actor is not None and bool(internal(turn, names)) and sight(turn, actor) is not Sight.FULL


def internal(turn: Turn, names: Iterable[str]) -> tuple[str, ...]:
    """Give those of these fields that are internal, each once."""
    fields = turn.definition.fields
    return tuple(dict.fromkeys(name for name in names if name in fields and fields[name].internal))


def viewer(actor: Actor) -> tuple[str, ...]:
    """Give the names under which an actor may be among a record's readers, for filtering lists."""
    return (
        f"user:{actor.id}",
        *(f"name:{each}" for each in (*actor.roles, *actor.groups, actor.id, ANYONE)),
        *(f"group:{each}" for each in actor.groups),
    )


def readers(definition: Definition, record: Record) -> tuple[tuple[str, bool], ...]:
    """List who sees a record as `user:ann`, `group:mail_team` or `name:agent`, each with whether in full."""
    seen: dict[str, bool] = {}
    for who, full in _readers(Turn(definition, record, Event(Kind.TICK))):
        seen[who] = full or seen.get(who, False)
    return tuple(seen.items())


def _readers(turn: Turn) -> Iterator[tuple[str, bool]]:
    """Give every reader; people whom only the organisation could name (`service.owner`) are left to their roles."""
    entries = turn.definition.read if turn.definition.read is not None else _everyone_named(turn.definition)
    for entry in (*entries, turn.definition.owner):
        with suppress(Missing):
            for who in meant(turn, (entry,)):
                if not who.attribute:
                    yield f"{who.kind}:{who.id}", who.kind != "user" and who.id != ANYONE
    for token in turn.tokens.values():
        for seat in token.data["seats"] if token.kind in ("task", "approval") else ():
            yield f"user:{seat['id']}", False
    yield from ((f"user:{person}", False) for person in turn.voters)


def _everyone_named(definition: Definition) -> tuple[WhoWritten, ...]:
    """Everyone named in a `by` or a `for`, where the definition does not say who may read."""
    transitions = (definition.start, *definition.transitions.values())
    own = (each for state in definition.states.values() for each in state.transitions.values())
    named = [who for each in (*transitions, *own) for who in each.by]
    named += [who for step in every_step(definition) if isinstance(step, Task) for who in step.for_]
    named += [who for step in every_step(definition) if isinstance(step, Approval) for who in (*step.by, *step.veto)]
    return tuple(dict.fromkeys(named))
