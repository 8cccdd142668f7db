"""Answers facts from the organisation, the same way for the driver, the API and scenarios.

A fact is a function and its argument values, written as one key (`engine.turn.fact_key`); its answer is
`{"value": …, "reason": "…", "until": seconds or null}`: the reason in words, and how long it holds where that is known.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from engine.record import Json
from language.inputs import read
from language.organisation import ATTRIBUTES, Organisation, OrganisationError
from language.problems import did_you_mean
from language.values import FieldType, Shape, show, typed

Answer = dict[str, Json]
HOPS = 3
"""How far an absence hands on: to a delegate, whose delegate, and whose."""
TIME, USER = Shape(FieldType.DATETIME), Shape(FieldType.USER)
ALL = "all"


def answer(organisation: Organisation, keys: Iterable[str], now: float) -> dict[str, Answer]:
    """Answer every fact asked for, by its key."""
    return {key: _answer(organisation, key, now) for key in keys}


def _answer(organisation: Organisation, key: str, now: float) -> Answer:
    name, *arguments = json.loads(key)
    if name not in FACTS:
        return fact(None, f"nothing in the organisation answers {name}(…)")
    return FACTS[name](organisation, now, *arguments)


def fact(value: Json, reason: str = "", until: float | None = None) -> Answer:
    """Write an answer."""
    return {"value": value, "reason": reason, "until": until}


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
            _moment(row["from"]).timestamp(),
            _moment(row["until"]).timestamp(),
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


def _frozen(organisation: Organisation, _now: float, items: Json, start: str, end: str) -> Answer:
    """Say whether a change freeze covers the time; one that ends when the time starts does not."""
    begins, ends = _moment(start), _moment(end)
    services = [
        each["id"] if isinstance(each, dict) else each for each in (items if isinstance(items, list) else [items])
    ]
    for name, row in organisation.of("freeze").items():
        since, until = _moment(row["from"]), _moment(row["until"])
        covered = row["services"] == ALL or any(each in services for each in row["services"])
        if covered and since < ends and begins < until:
            return fact(True, f"{organisation.label('freeze', name)} until {show(until)}", until.timestamp())
    return fact(False)


def _maintained_until(organisation: Organisation, now: float, items: Json) -> Answer:
    """Say until when planned maintenance covers one of these items now; empty while none does."""
    named = [each["id"] if isinstance(each, dict) else each for each in (items if isinstance(items, list) else [items])]
    found = ("", 0.0)
    for name, row in organisation.of("maintenance").items():
        since, until = _moment(row["from"]).timestamp(), _moment(row["until"]).timestamp()
        if since <= now < until and until > found[1] and any(each in named for each in row["items"]):
            found = (name, until)
    name, end = found
    if not name:
        return fact(None)
    until_then = datetime.fromtimestamp(end, UTC)
    return fact(until_then.isoformat(), f"{organisation.label('maintenance', name)} until {show(until_then)}", end)


def _moment(time: str) -> datetime:
    value = typed(TIME, read(TIME, time))
    assert isinstance(value, datetime)
    return value


FACTS: Mapping[str, Callable[..., Answer]] = {
    "entity": _entity,
    "calendar": _calendar,
    "people": _people,
    "seats": _seats,
    "frozen": _frozen,
    "maintained_until": _maintained_until,
}
"""The facts there are."""
