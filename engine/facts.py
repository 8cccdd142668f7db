"""Answers facts from the organisation, the same way for the driver, the API and scenarios.

A fact is a function and its argument values, written as one key (`engine.turn.fact_key`); its answer is
`{"value": …, "reason": "…", "until": seconds or null}`: the reason in words, and how long it holds where that is known.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from engine import planning
from engine.answers import Answer, fact
from engine.plans import FROZEN, MAINTAINED_UNTIL, ON_CALL, Booking
from engine.record import NOTHING, Json
from engine.related import holders
from engine.rotas import on_call
from engine.windows import ids, maintenances, seconds
from language.organisation import ATTRIBUTES, Organisation, OrganisationError
from language.problems import did_you_mean
from language.values import FieldType, Shape

HOPS = 3
"""How far an absence hands on: to a delegate, whose delegate, and whose."""
USER = Shape(FieldType.USER)


def answer(
    organisation: Organisation, keys: Iterable[str], now: float, booked: Mapping[str, Sequence[Booking]] = NOTHING
) -> dict[str, Answer]:
    """Answer every fact asked for, by its key; `booked` says what records have booked, by the facts that look at it."""
    return {key: _answer(organisation, key, now, booked.get(key, ())) for key in keys}


def _answer(organisation: Organisation, key: str, now: float, booked: Sequence[Booking]) -> Answer:
    name, *arguments = json.loads(key)
    if name in planning.FACTS:
        return planning.FACTS[name](organisation, booked, *arguments)
    if name not in FACTS:
        return fact(None, f"nothing in the organisation answers {name}(…)")
    return FACTS[name](organisation, now, *arguments)


def _entity(organisation: Organisation, _now: float, kind: str, name: str) -> Answer:
    row = organisation.find(kind, name)
    if row is None:
        return fact(None, did_you_mean(name, organisation.of(kind)))
    attributes = {each: organisation.attribute(kind, name, each) for each in ATTRIBUTES.get(kind, {})}
    return fact({**row, **attributes, "label": organisation.label(kind, name)})


def _calendar(organisation: Organisation, now: float, name: str) -> Answer:
    try:
        return fact(organisation.calendar(name, datetime.fromtimestamp(now, UTC).date()).to_json())
    except OrganisationError as unknown:
        return fact(None, str(unknown))


def _people(organisation: Organisation, _now: float, everybody: list[list[str]]) -> Answer:
    return fact([_person(organisation, each) for each in _active(organisation, everybody)])


def _seats(organisation: Organisation, _now: float, *entries: list[list[str]]) -> Answer:
    """Give the active people behind each entry, and the absences of all of them and of their delegates.

    `away` holds by person a list of `[from, until, delegate]` (seconds; the delegate empty when there is none, or none
    that is active), `labels` the names of the delegates.
    """
    named = [_active(organisation, everybody) for everybody in entries]
    away: dict[str, list[Json]] = {}
    labels: dict[str, Json] = {}
    waiting = [person for each in named for person in each]
    for _ in range(HOPS + 1):
        found = {person: _absences(organisation, person) for person in waiting if person not in away}
        away.update({person: spans for person, spans in found.items() if spans})
        waiting = [delegate for spans in found.values() for *_, delegate in spans if delegate]
        labels.update({each: organisation.label("user", each) for each in waiting})
    return fact(
        {"entries": [[_person(organisation, p) for p in each] for each in named], "away": away, "labels": labels}
    )


def _active(organisation: Organisation, everybody: list[list[str]]) -> list[str]:
    found = [person for who in everybody for person in people(organisation, *who)]
    return [each for each in dict.fromkeys(found) if _is_active(organisation, each)]


def _is_active(organisation: Organisation, person: str) -> bool:
    return bool((organisation.find("user", person) or {}).get("active"))


def _person(organisation: Organisation, person: str) -> dict[str, Json]:
    return {"id": person, "label": organisation.label("user", person)}


def _absences(organisation: Organisation, person: str) -> list[Json]:
    rows = (row for row in organisation.of("absence").values() if row["person"] == person)
    spans = [
        [
            seconds(row["from"]),
            seconds(row["until"]),
            row["delegate"] if row["delegate"] and _is_active(organisation, row["delegate"]) else "",
        ]
        for row in rows
    ]
    return sorted(spans)


def people(organisation: Organisation, kind: str, name: str, attribute: str = "") -> tuple[str, ...]:
    """Give the ids of the people somebody named: a person, a group's or role's members, an attribute of something."""
    if attribute:
        return _behind(organisation, kind, name, attribute)
    if kind == "group" or (kind == "name" and organisation.find("group", name) is not None):
        return organisation.members(name)
    if kind == "name" and organisation.find("role", name) is not None:
        return organisation.holders(name)
    return (name,) if kind in ("user", "name") and organisation.find("user", name) is not None else ()


def _behind(organisation: Organisation, kind: str, name: str, attribute: str) -> tuple[str, ...]:
    """Give the ids of the people an attribute names: itself one or several persons or groups."""
    shape = ATTRIBUTES.get(kind, {}).get(attribute, USER)
    value = organisation.attribute(kind, name, attribute)
    many, inner = (value, shape.entry) if isinstance(value, list) else ([value], shape)
    named = [str(each["id"]) for each in many if isinstance(each, dict)]
    return tuple(person for each in named for person in people(organisation, inner.kind, each))


def _maintained_until(organisation: Organisation, now: float, items: Json) -> Answer:
    """Say until when planned maintenance covers one of these items now, or what it is part of or hosted on."""
    named = ids(items)
    whole = (*named, *(holder for each in named for holder in holders(organisation, each)))
    spans = [each for each in maintenances(organisation, whole) if each.since <= now < each.until]
    if not spans:
        return fact(None)
    last = max(spans, key=lambda each: each.until)
    return fact(datetime.fromtimestamp(last.until, UTC).isoformat(), str(last), last.until)


FACTS: Mapping[str, Callable[..., Answer]] = {
    "entity": _entity,
    "calendar": _calendar,
    "people": _people,
    "seats": _seats,
    FROZEN: planning.frozen,
    MAINTAINED_UNTIL: _maintained_until,
    ON_CALL: on_call,
}
"""The facts there are, beside those that look at what records have booked."""
