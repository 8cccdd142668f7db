"""What happens next to a record: who decides or does what, and until when, as those read it who only wait."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from api.times import moment
from engine.paths import state_named
from engine.people import meant
from engine.record import Event, Kind, Record
from engine.turn import Turn
from language.definition import Definition
from language.organisation import Organisation
from portal.words import counted, listed

FEW = 3
"""People who are named; of more, their number is told."""
NOBODY = "Nobody is asked to decide or do anything at the moment."


class Step(NamedTuple):
    """Something that is waited for, in words; `about` is what it is called, `due` until when."""

    text: str
    about: str = ""
    due: datetime | None = None


def outlook(definition: Definition, record: Record, around: Organisation) -> tuple[Step, ...]:
    """Say what an open record waits for: decisions and tasks, else who can move it on; nothing once it has ended."""
    if record.final:
        return ()
    waits = (token for token in record.tokens.values() if token.kind in ("approval", "task"))
    return tuple(_step(token.kind, token.data) for token in waits) or (Step(_movers(definition, record, around)),)


def _movers(definition: Definition, record: Record, around: Organisation) -> str:
    """Say who can take the record out of its state."""
    ways = (each for each in state_named(definition, record.state).transitions.values() if each.to)
    who = meant(Turn(definition, record, Event(Kind.TICK)), [name for each in ways for name in each.by])
    labels = [_label(around, each.id) for each in who if not each.attribute]
    names = list(dict.fromkeys(labels))[:FEW]
    return f"It is with {listed(names)}." if names else NOBODY


def _label(around: Organisation, name: str) -> str:
    labels = (around.label(kind, name) for kind in ("group", "role", "user"))
    return next(filter(None, labels), name).replace("_", " ")


def _step(kind: str, data: Mapping[str, Any]) -> Step:
    due = moment(data["due"])
    if data.get("claimed_by"):
        return Step(f"{data['claimed_by']['label']} is at it", data["title"], due)
    waiting = [seat["label"] for seat in data["seats"] if not seat.get("vote")]
    voted = len(data["seats"]) - len(waiting)
    who = listed(waiting) if 0 < len(waiting) <= FEW else counted(len(waiting), "person", "people")
    what = "can do it" if kind == "task" else "is to decide" if len(waiting) == 1 else "are to decide"
    return Step(f"{who[:1].upper()}{who[1:]} {what}{f', {voted} have already' if voted else ''}", data["title"], due)
