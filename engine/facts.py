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
    found = [person for who in everybody for person in people(organisation, *who)]
    active = [each for each in dict.fromkeys(found) if (organisation.find("user", each) or {}).get("active")]
    return fact([{"id": each, "label": organisation.label("user", each)} for each in active])


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


def _moment(time: str) -> datetime:
    value = typed(TIME, read(TIME, time))
    assert isinstance(value, datetime)
    return value


FACTS: Mapping[str, Callable[..., Answer]] = {
    "entity": _entity,
    "calendar": _calendar,
    "people": _people,
    "frozen": _frozen,
}
"""The facts there are."""
