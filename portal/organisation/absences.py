"""Who is away, from when until when, and who decides for them meanwhile."""

from datetime import datetime
from typing import NamedTuple

from api.organisation_rights import demand_change
from api.problems import RefusalError
from engine.record import Actor
from language.organisation import Organisation


class Absence(NamedTuple):
    """A time in which somebody is away; `delegate` has their open seats meanwhile (empty: nobody)."""

    id: str
    since: datetime
    until: datetime
    delegate: str
    delegate_label: str


def absences(around: Organisation, person: str) -> tuple[Absence, ...]:
    """Give the absences of somebody, the first to begin first."""
    found = (_absence(around, name) for name, row in around.of("absence").items() if row["person"] == person)
    return tuple(sorted(found, key=lambda each: each.since))


def may_be_sent_away(actor: Actor, around: Organisation, person: str) -> bool:
    """Say whether an actor may say that somebody is away."""
    try:
        demand_change(actor, around, "absence", None, {"person": person})
    except RefusalError:
        return False
    return True


def free_id(around: Organisation, person: str, day: str) -> str:
    """Give an id for an absence of somebody that begins on a day, which no other has."""
    base, number = f"{person[:60]}-{day}", 1
    while around.find("absence", base if number == 1 else f"{base}-{number}") is not None:
        number += 1
    return base if number == 1 else f"{base}-{number}"


def _absence(around: Organisation, name: str) -> Absence:
    row = around.of("absence")[name]
    delegate = str(row["delegate"] or "")
    since, until = (datetime.fromisoformat(row[key]) for key in ("from", "until"))
    return Absence(name, since, until, delegate, around.label("user", delegate) or delegate)
