"""What an event comes to, whichever it is: as the record's own version says, or moved to another one."""

from engine.advance import advance
from engine.moving.move import move
from engine.record import Event, Kind, Outcome, Record
from language.definition import Definition


def decide(definition: Definition, record: Record, event: Event, into: Definition | None) -> Outcome:
    """Process one event completely; `into` is the version that a record is to be moved to (None: it is not)."""
    if event.kind is Kind.MOVE and into is not None:
        return move(definition, into, record, event)
    return advance(definition, record, event)
