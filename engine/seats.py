"""Seats: who may do a task or vote on an approval, fixed when it opens, and who stands in for those who are away.

Nobody gets a seat later but by delegation and escalation; who leaves loses it (`engine.leaving`). A seat is plain data:
the person who has it (`id`, `label`) and, when that is a delegate, the person it is `for`; one of an approval says
besides for which entries of `by` it counts, whether it holds a veto or decides alone, and the vote.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from engine import leaving, messages
from engine.alarms import set_alarms
from engine.facts import HOPS
from engine.people import as_lists
from engine.record import Json, Plain, Who
from engine.turn import Turn
from language.values import Ref

Seat = Plain

MESSAGES = {"task": ("task_opened", "task_withdrawn"), "approval": ("approval_opened", "approval_withdrawn")}
"""What is told to those who get a seat, and to those who lose one, by the kind of token."""


class Asked(NamedTuple):
    """What the organisation says: the active people behind each entry, who is away when, and the delegates' names."""

    entries: tuple[list[Plain], ...]
    away: Mapping[str, list[list[Json]]]
    labels: Mapping[str, str]


def ask(turn: Turn, *entries: Iterable[Who]) -> Asked:
    """Ask for the people behind entries of `by`, `for` and the like. Raises Missing."""
    found = turn.fact("seats", *(as_lists(each) for each in entries))["value"]
    return Asked(tuple(found["entries"]), found["away"], found["labels"])


def handed_on(turn: Turn, asked: Asked, seats: Iterable[Seat], barred: Iterable[str] = ()) -> list[Seat]:
    """Give every open seat to its own person or, while they are away, to their delegate; at most three hops.

    Who is `barred` or has a seat already stands in for nobody: then the seat stays with its own person.
    """
    seats = list(seats)
    taken = dict.fromkeys([*barred, *(owner(seat)["id"] for seat in seats), *(s["id"] for s in seats if s.get("vote"))])
    given: list[Seat] = []
    for seat in seats:
        if seat.get("vote"):
            given.append(seat)
            continue
        own = owner(seat)
        delegate = _delegate(asked, own["id"], taken, turn.now)
        rest = {key: value for key, value in seat.items() if key not in ("id", "label", "for")}
        if delegate:
            taken[delegate] = None
            given.append({"id": delegate, "label": asked.labels[delegate], "for": own, **rest})
        else:
            given.append({**own, **rest})
    return given


def owner(seat: Seat) -> Plain:
    """Give the person whose seat it is, whoever has it now."""
    own: Plain = seat.get("for") or {"id": seat["id"], "label": seat["label"]}
    return own


def handover(asked: Asked, now: float) -> float | None:
    """Say when the next absence begins or ends of anybody who was asked about, or of their delegates."""
    times = (time for spans in asked.away.values() for since, until, _ in spans for time in (since, until))
    return min((time for time in times if time > now), default=None)


def look_again(turn: Turn, path: str) -> None:
    """Look at the open seats of a task or an approval as the organisation is now; those concerned are told.

    Who has left loses the seat (an approval keeps in `gone` what it counted for), and absences hand seats on, or back.
    """
    token = turn.tokens[path]
    data, seated = token.data, token.data["seats"]
    asked, now = ask_again(turn, data)
    before, gone, counted = _parted(seated, now)
    after = handed_on(turn, asked, before, data.get("barred", ()))
    moved = [(old, new) for old, new in zip(before, after, strict=True) if old["id"] != new["id"]]
    changed = {"seats": after, "handover": handover(asked, turn.now)}
    if "gone" in data:
        changed["gone"] = [*data["gone"], *counted]
    if data.get("claimed_by") and data["claimed_by"]["id"] not in [seat["id"] for seat in after]:
        changed["claimed_by"] = None
    turn.tokens[path] = set_alarms(token, data["alarms"], **changed)
    for seat in gone:
        turn.log("seat_lost", data["id"], path=path, title=data["title"], seat=seat)
    for old, new in moved:
        turn.log("seat_handed_on", data["id"], path=path, title=data["title"], seat=new, was=old)
    _tell_moved(turn, path, [new for _, new in moved], [*gone, *(old for old, _ in moved)])


def ask_again(turn: Turn, data: Plain) -> tuple[Asked, leaving.Held]:
    """Ask for the absences of those with open seats, and who is behind each entry now; everything at once.

    Raises Missing.
    """
    asked, owners = Asked((), {}, {}), [owner(seat)["id"] for seat in still_open(data["seats"])]
    with turn.gathering():
        asked = ask(turn, *((Who("user", each),) for each in owners))
    now = leaving.held(turn, data["asked"], (person["id"] for each in asked.entries for person in each))
    turn.settle_missing()
    return asked, now


def _parted(seated: Iterable[Seat], now: leaving.Held) -> tuple[list[Seat], list[Seat], list[Seat]]:
    """Give the seats that stay, those that are gone, and what is gone of what they counted for."""
    stay: list[Seat] = []
    gone: list[Seat] = []
    counted: list[Seat] = []
    for seat in seated:
        rest = seat if seat.get("vote") else leaving.kept(seat, owner(seat)["id"], now)
        if rest is None:
            gone.append(seat)
            counted.append({**owner(seat), **_counts(seat)})
            continue
        stay.append(rest)
        if seat.get("entries") and not rest["entries"]:
            counted.append({**owner(seat), "entries": seat["entries"]})
    return stay, gone, counted


def _counts(seat: Seat) -> Plain:
    return {key: seat[key] for key in ("entries", "veto") if key in seat}


def _tell_moved(turn: Turn, path: str, given: list[Seat], taken: list[Seat]) -> None:
    token = turn.tokens[path]
    told = {"title": token.data["title"], "due": token.data["due"]}
    opened, withdrawn = MESSAGES[token.kind]
    if given:
        messages.tell(turn, f"{path}/handed-to-{turn.seq}", opened, people(given), told)
    if taken:
        messages.tell(turn, f"{path}/handed-from-{turn.seq}", withdrawn, people(taken), told)


def widen(turn: Turn, path: str, everybody: tuple[Who, ...], barred: Iterable[Who] = (), **extra: Json) -> list[Seat]:
    """Give more people a seat, with these members; one who has an open seat already gets the members for it.

    Gives the seats that are new or have changed.
    """
    token = turn.tokens[path]
    before: list[Seat] = token.data["seats"]
    if not everybody:
        return []
    asked = ask(turn, everybody, barred, *((Who("user", owner(seat)["id"]),) for seat in before))
    out = [*token.data.get("barred", ()), *(person["id"] for person in asked.entries[1])]
    wanted = {person["id"]: person for person in asked.entries[0] if person["id"] not in out}
    widened: list[Seat] = []
    for seat in before:
        here = [name for name in (seat["id"], owner(seat)["id"]) if wanted.pop(name, None) is not None]
        widened.append({**seat, **extra} if here and not seat.get("vote") else seat)
    after = handed_on(turn, asked, [*widened, *({**person, **extra} for person in wanted.values())], out)
    wider = leaving.widened(token.data["asked"], everybody)
    turn.tokens[path] = set_alarms(
        token, token.data["alarms"], seats=after, asked=wider, handover=handover(asked, turn.now)
    )
    return [seat for place, seat in enumerate(after) if place >= len(before) or seat != before[place]]


def still_open(seats: Iterable[Seat]) -> list[Seat]:
    """Give the seats that have not voted."""
    return [seat for seat in seats if not seat.get("vote")]


def refs(seats: Iterable[Seat]) -> tuple[Ref, ...]:
    """Give those who have seats as the value that expressions know."""
    return tuple(Ref("user", seat["id"], seat["label"]) for seat in seats)


def people(seats: Iterable[Seat]) -> tuple[Who, ...]:
    """Give those who have seats, to be told."""
    return tuple(Who("user", seat["id"]) for seat in seats)


def _delegate(asked: Asked, person: str, taken: Mapping[str, None], now: float) -> str:
    """Give who stands in for a person now; empty when they are there, or nobody can."""
    at, seen = person, [person]
    for _ in range(HOPS):
        spans = asked.away.get(at, ())
        at = next((delegate for since, until, delegate in spans if delegate and since <= now < until), "")
        if not at or at in seen:
            return ""
        seen.append(at)
        if at not in taken and not _is_away(asked, at, now):
            return at
    return ""


def _is_away(asked: Asked, person: str, now: float) -> bool:
    return any(since <= now < until for since, until, _ in asked.away.get(person, ()))
