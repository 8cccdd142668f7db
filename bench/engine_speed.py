"""The language and the engine: a guard against the same condition in Python, a transition against reading its JSON."""

import json
from collections.abc import Iterator
from decimal import Decimal

from bench.measuring import Figure, in_turn
from engine.advance import advance
from engine.chain import seal
from engine.record import Actor, Advanced, Event, Kind, Record
from engine.snapshot import snapshot
from language.expressions import parse
from language.reading import read_definition
from language.verdicts import decide

GUARD = "impact == 'high' and assignee is filled and open_tasks == 0"
DOOR = """
process: door
version: 1
title: Door
number: DOO
owner: ann
start: {to: closed}
fields: {impact: {type: choice, options: [high, low], default: high}}
states:
  closed:
    transitions:
      open: {to: opened, by: [ann], when: impact == 'high', blocked: It is jammed.}
  opened:
    transitions:
      close: {to: closed, by: [ann]}
      seal: {to: sealed, by: [ann]}
  sealed: {final: true}
"""
NAMES = {"impact": "high", "assignee": "ann", "open_tasks": Decimal(0)}


class Names:
    """A scope of three names."""

    def name(self, name: str) -> object:
        """Give a name's value."""
        return NAMES[name]


def figures() -> Iterator[Figure]:
    """Measure a guard, and a transition without and with its hash and JSON."""
    guard, scope, zero = parse(GUARD), Names(), Decimal(0)
    ours, baseline = in_turn(
        lambda: decide(guard, scope),  # type: ignore[arg-type] # this guard asks for names only
        lambda: NAMES["impact"] == "high" and NAMES["assignee"] is not None and NAMES["open_tasks"] == zero,
        5_000,
    )
    yield Figure("decide a guard", ours, baseline, "the same condition in Python")
    definition, closed = read_definition(DOOR), _closed()
    event = Event(Kind.ACT, "open", Actor("ann"), now=2.0)
    whole = json.dumps(snapshot(closed))
    ours, baseline = in_turn(lambda: advance(definition, closed, event), lambda: json.loads(whole), 1_000)
    yield Figure("advance a simple transition", ours, baseline, "reading the record's JSON")

    def sealed() -> str:
        outcome = advance(definition, closed, event)
        assert isinstance(outcome, Advanced)
        return json.dumps(snapshot(seal(outcome, closed.head).record))

    ours, baseline = in_turn(sealed, lambda: json.loads(whole), 1_000)
    yield Figure("the same with hash and JSON", ours, baseline, "reading the record's JSON")


def _closed() -> Record:
    definition = read_definition(DOOR)
    record = Record("DOO1", "door", 1, definition.digest)
    started = advance(definition, record, Event(Kind.START, "start", Actor("ann"), now=1.0, id="k"))
    assert isinstance(started, Advanced)
    return started.record
