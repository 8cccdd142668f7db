"""Records that are moved to another version, for the tests of moving."""

from typing import Any

from engine.chain import seal
from engine.facts import answer
from engine.moving.move import move
from engine.record import Actor, Advanced, Event, Kind, Needs, Outcome, Refused
from language.definition import Definition
from tests.engine.builders import DAN, Life, a_definition, through_json


def version(number: int, text: str) -> Definition:
    """Give a version of a process."""
    return a_definition(f"version: {number}\n{text}")


def owner(definition: Definition) -> Actor:
    """Somebody who may move records to a version."""
    return Actor("dan", "Dan Drake", (str(definition.owner),))


def asked(life: Life, new: Definition, restart: tuple[str, ...] = (), who: Actor | None = DAN) -> Outcome:
    """Give what moving a record comes to, with the facts it asks for."""
    event = Event(Kind.MOVE, "", who, {"restart": list(restart)} if restart else {}, now=life.now)
    while isinstance(found := move(life.definition, new, life.record, event), Needs):
        assert not set(found.keys) & set(event.facts), found
        event = event._replace(facts={**event.facts, **answer(life.organisation, found.keys, event.now)})
    return found


def moved(life: Life, new: Definition | str, *restart: str) -> Life:
    """Move a record to version 2 (or to a definition); it must go."""
    definition = version(2, new) if isinstance(new, str) else new
    found = asked(life, definition, restart, owner(definition))
    assert isinstance(found, Advanced), found
    sealed = seal(found, life.record.head)
    assert through_json(sealed.record) == sealed.record
    assert sealed.record.seq == life.record.seq + 1
    assert (sealed.record.version, sealed.record.digest) == (definition.version, definition.digest)
    life.definition, life.record = definition, through_json(sealed.record)
    life.lines, life.outbox = list(sealed.lines), list(sealed.outbox)
    return life


def kept(life: Life, new: Definition | str, *restart: str, who: Actor | None = DAN) -> list[str]:
    """Let a record be kept from moving to version 2 (or to a definition); give the reasons."""
    found = asked(life, version(2, new) if isinstance(new, str) else new, restart, who)
    assert isinstance(found, Refused), found
    assert found.reasons
    return [reason.text for reason in found.reasons]


def told(life: Life) -> list[Any]:
    """What the journal says of a move, without what was written and who was told."""
    return [(line.what, line.name) for line in life.lines if line.what not in ("field", "told", "moved")]
