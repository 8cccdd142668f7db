"""What the people of the demo company ask for in the crash suite: starts of every process, and what they fill in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

Fields = Mapping[str, Any]

AGENTS = ("jonas", "leyla", "miriam", "tomasz", "ines", "sofia", "kenji", "aisha", "peter", "olga", "lars")
REQUESTERS = ("carla", "matthias", "yuki", "stefan", "priya")
PEOPLE = (*AGENTS, *REQUESTERS, "dana", "henrik", "birgit", "amelia")
MONITORING = "monitoring"
SERVICES = ("mail", "erp", "network", "workplace", "files", "web_shop", "identity")
LEVELS = ("high", "medium", "low")
CATALOGUE: tuple[Fields, ...] = (
    {"summary": "Customer file", "fulfilment": "access", "entitlement": "crm-user", "group": "application_team"},
    {"summary": "Laptop", "fulfilment": "equipment", "article": "laptop-14", "price": 1200},
    {"summary": "Badge", "price": 5},
)
"""Things that can be ordered: by an account, from the stock, by hand."""


class Story(NamedTuple):
    """Somebody starts a record with these fields."""

    who: str
    process: str
    fields: Fields


def values(random: Random, now: float) -> Fields:
    """Give what somebody would fill in, by the names of fields, whatever asks for it."""
    later = datetime.fromtimestamp(now, UTC) + timedelta(days=random.randint(2, 40))
    return {
        "assignee": random.choice(AGENTS),
        "manager": "sofia",
        "reason": "It is better so",
        "comment": "Said in the chaos",
        "pending_reason": random.choice(("caller", "supplier", "change")),
        "resolution_code": "fixed",
        "resolution": "Started again",
        "plan": "Install it",
        "backout_plan": "Put back what was there before",
        "test_plan": "Look at it",
        "planned_start": later.isoformat(),
        "planned_end": (later + timedelta(hours=3)).isoformat(),
        "description": "What one gets",
        "delivery_time": "1 business day",
        "overview": "Everything stood still",
        "findings": "A disk",
        "timeline": "First this, then that",
        "minutes": "It was talked about",
        "notes": "It is faster",
        "artefact": "store/42",
        "tests_passed": 100,
    }


def a_start(random: Random, number: int, now: float, things: list[str]) -> Story:
    """Choose what somebody starts; `things` are what can be ordered."""
    made = (_incident, _change, _change_model, _request, _release, _cab_meeting, _clockwork)
    return random.choices(made, weights=(6, 4, 1, 5, 1, 1, 6))[0](random, number, now, things)


def _incident(random: Random, number: int, _now: float, _things: list[str]) -> Story:
    who = random.choice(REQUESTERS)
    levels = {name: random.choice(LEVELS) for name in ("impact", "urgency")}
    return Story(who, "incident", {"summary": f"Odd {number}", "caller": who, "service": _service(random), **levels})


def _change(random: Random, number: int, now: float, _things: list[str]) -> Story:
    given = {"summary": f"Change {number}", "services": [_service(random)], "assignee": random.choice(AGENTS)}
    plan = {name: values(random, now)[name] for name in ("plan", "backout_plan", "planned_start", "planned_end")}
    levels = {name: random.choice(LEVELS) for name in ("impact", "likelihood")}
    return Story(random.choice(AGENTS), "change", {**given, **plan, **levels})


def _change_model(random: Random, number: int, _now: float, _things: list[str]) -> Story:
    return Story(random.choice(AGENTS), "change_model", {"summary": f"Model {number}", "services": [_service(random)]})


def _request(random: Random, number: int, _now: float, things: list[str]) -> Story:
    wanted = random.sample(things, random.randint(1, len(things)))
    return Story(random.choice(REQUESTERS), "request", {"items": wanted, "justification": f"Needed {number}"})


def _release(random: Random, number: int, _now: float, _things: list[str]) -> Story:
    given = {"summary": f"Release {number}", "service": "mail", "configuration_item": "mail01"}
    return Story(random.choice(("kenji", "peter")), "release", {**given, "version": f"{number}.0"})


def _cab_meeting(_random: Random, _number: int, _now: float, _things: list[str]) -> Story:
    return Story("sofia", "cab_meeting", {})


def _clockwork(random: Random, number: int, now: float, _things: list[str]) -> Story:
    names, at = ("first", "second", "third", "chimes_at"), now
    fields: dict[str, Any] = {"subject": f"Clockwork {number}"}
    for name in names:
        at += random.uniform(1, 4)
        fields[name] = datetime.fromtimestamp(at, UTC).isoformat()
    return Story(random.choice(AGENTS), "clockwork", fields)


def _service(random: Random) -> str:
    return random.choice(SERVICES)
