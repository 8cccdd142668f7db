"""Who keeps an open seat when people leave: whoever is active, and still in the group or role that was asked.

Whoever was named by themselves, or through an attribute (`service.owner`), keeps the seat as long as they are active.
"""

from collections.abc import Iterable
from typing import NamedTuple

from engine.people import as_lists
from engine.record import Json, Plain, Who
from engine.turn import Turn

BY, VETO, ESCALATED = "by", "veto", "escalated"

Members = tuple[str, ...] | None
"""The ids of the people who are behind an entry now; None: everybody who was, because it named an attribute."""


class Held(NamedTuple):
    """What the organisation says now: who is active, and who is behind each entry that people were asked by."""

    active: tuple[str, ...]
    by: tuple[Members, ...]
    veto: Members
    escalated: Members


def asked_by(by: Iterable[Iterable[Who]], veto: Iterable[Who] = ()) -> dict[str, Json]:
    """Give what a task or an approval keeps of those whom it asks, to be looked up again."""
    return {BY: [as_lists(each) for each in by], VETO: as_lists(veto), ESCALATED: []}


def widened(asked: Plain, everybody: Iterable[Who]) -> dict[str, Json]:
    """Give the same with those to whom it was escalated."""
    return {**asked, ESCALATED: [*asked[ESCALATED], *as_lists(everybody)]}


def held(turn: Turn, asked: Plain, active: Iterable[str]) -> Held:
    """Look up who is behind each entry now; `active` are those with a seat who are active. Raises Missing."""
    by = tuple(_members(turn, each) for each in asked[BY])
    return Held(tuple(active), by, _members(turn, asked[VETO]), _members(turn, asked[ESCALATED]))


def kept(seat: Plain, owner: str, now: Held) -> dict[str, Json] | None:
    """Give an open seat as far as its owner still has it; None: they have left."""
    if owner not in now.active:
        return None
    entries = [each for each in seat.get("entries", range(len(now.by))) if _among(owner, now.by[each])]
    escalated = _among(owner, now.escalated)
    rest = {**seat, "entries": entries} if "entries" in seat else dict(seat)
    for flag, still in (("veto", _among(owner, now.veto)), ("alone", escalated)):
        if flag in rest and not still:
            del rest[flag]
    return rest if entries or rest.get("veto") or escalated else None


def _members(turn: Turn, everybody: Json) -> Members:
    if any(attribute for _, _, attribute in everybody):
        return None
    if not everybody:
        return ()
    with turn.gathering():
        return tuple(person["id"] for person in turn.fact("people", everybody)["value"])
    return ()


def _among(person: str, members: Members) -> bool:
    return members is None or person in members
