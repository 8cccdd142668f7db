"""Who answers for something may change it: one table of rules, and every refusal says who could."""

from typing import Any

import pytest

from api.organisation_rights import RIGHTS, demand_change, demand_some
from api.problems import RefusalError
from engine.record import Actor
from language.organisation import Row
from language.organisation_json import with_row
from language.organisation_reading import read_organisation

AROUND = read_organisation(
    {
        "all.yaml": """
people:
  lea: {groups: [desk]}
  leo: {groups: [night]}
  otto: {}
  mia: {}
  kim: {manager: mia, groups: [desk]}
  eve: {}
groups: {desk: {lead: lea}, night: {lead: leo}, nobody: {}}
services:
  mail: {owner: otto, communication: [{audience: desk, channel: mail, every: 1 hour}]}
  shop: {owner: mia}
configuration_items: {m1: {service: mail}, m2: {service: mail, owner: eve}, s1: {service: shop}, lost: {}}
calendars: {office: {zone: UTC, hours: {mon: 09:00-17:00}}}
rotas: {calls: {group: desk, people: [lea], from: 2026-01-05 08:00, every: 1 week}}
maintenances: {disk: {items: [m1, m2], from: 2026-04-07 10:00, until: 2026-04-07 12:00}}
absences: {off: {person: kim, from: 2026-04-07 10:00, until: 2026-04-08 12:00}}
freezes: {all: {services: all, from: 2026-04-07 10:00, until: 2026-04-08 12:00}}
"""
    }
)


def change(kind: str, name: str, **given: Any) -> tuple[Row | None, Row | None]:
    """Give a row before and after these keys have another value."""
    before = AROUND.find(kind, name)
    return before, with_row(AROUND, kind, name, {**(before or {}), **given}).find(kind, name)


def could(kind: str, before: Row | None, after: Row | None) -> list[str]:
    """Give whom the refusal of a stranger names beside administrators."""
    with pytest.raises(RefusalError) as refused:
        demand_change(Actor("stranger"), AROUND, kind, before, after)
    [reason] = refused.value.reasons
    assert reason.text.startswith(f"only {', '.join(reason.who)} may change ")
    for person in reason.who[1:]:
        demand_change(Actor(person), AROUND, kind, before, after)
    demand_change(Actor("root", roles=("administrator",)), AROUND, kind, before, after)
    return list(reason.who[1:])


@pytest.mark.parametrize(
    ("kind", "name", "given", "people"),
    [
        ("user", "eve", {"groups": ["desk"]}, ["lea"]),
        ("user", "kim", {"groups": []}, ["lea"]),
        ("user", "kim", {"groups": ["night"]}, []),
        ("user", "kim", {"groups": ["desk", "night"]}, ["leo"]),
        ("user", "kim", {"groups": ["desk", "nobody"]}, []),
        ("user", "kim", {"groups": [], "manager": "lea"}, []),
        ("user", "kim", {"active": False}, []),
        ("user", "new", {"groups": ["desk"]}, []),
        ("group", "desk", {"lead": "kim"}, []),
        ("rota", "calls", {"people": ["lea", "kim"]}, ["lea"]),
        ("rota", "calls", {"group": "night"}, []),
        (
            "rota",
            "nights",
            {"group": "night", "people": ["leo"], "from": "2026-01-05 08:00", "every": "1 day"},
            ["leo"],
        ),
        ("service", "mail", {"communication": []}, ["otto"]),
        ("service", "mail", {"communication": [], "title": "E-mail"}, ["otto"]),
        ("service", "mail", {"criticality": "low"}, []),
        ("service", "mail", {"owner": "eve"}, []),
        ("service", "chat", {"owner": "eve"}, []),
        ("configuration_item", "m2", {"window": {"sat": "08:00-12:00"}}, ["eve", "otto"]),
        ("configuration_item", "lost", {"window": {"sat": "08:00-12:00"}}, []),
        ("configuration_item", "m1", {"criticality": "low"}, []),
        ("maintenance", "disk", {"title": "A new disk"}, ["otto"]),
        ("maintenance", "disk", {"items": ["m2"]}, ["otto"]),
        ("maintenance", "disk", {"items": ["m1", "s1"]}, []),
        (
            "maintenance",
            "m",
            {"items": ["m2"], "from": "2026-04-07 10:00", "until": "2026-04-07 12:00"},
            ["eve", "otto"],
        ),
        ("absence", "off", {"delegate": "lea"}, ["kim", "mia"]),
        ("absence", "off", {"person": "mia"}, ["mia"]),
        ("absence", "out", {"person": "eve", "from": "2026-04-07 10:00", "until": "2026-04-08 12:00"}, ["eve"]),
        ("freeze", "all", {"services": ["mail"]}, []),
    ],
)
def test_who_answers_for_it_may_change_it(kind: str, name: str, given: dict[str, Any], people: list[str]) -> None:
    assert could(kind, *change(kind, name, **given)) == people


@pytest.mark.parametrize(
    ("kind", "name", "people"),
    [
        ("rota", "calls", ["lea"]),
        ("maintenance", "disk", ["otto"]),
        ("absence", "off", ["kim", "mia"]),
        ("user", "kim", []),
        ("service", "mail", []),
        ("configuration_item", "m1", []),
        ("rota", "none", []),
    ],
)
def test_whole_rows_are_taken_out_by_whom_they_belong_to(kind: str, name: str, people: list[str]) -> None:
    assert could(kind, AROUND.find(kind, name), None) == people


@pytest.mark.parametrize(
    ("kind", "name", "may", "may_not"),
    [
        ("user", "kim", "lea", "leo"),
        ("service", "mail", "otto", "mia"),
        ("absence", "off", "mia", "lea"),
        ("rota", "none", "eve", None),
        ("service", "none", None, "otto"),
        ("freeze", "all", None, "lea"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_to_those_who_could_write_it(
    kind: str, name: str, may: str | None, may_not: str | None
) -> None:
    before = AROUND.find(kind, name)
    demand_some(Actor(may or "root", roles=() if may else ("administrator",)), AROUND, kind, before)
    if may_not is not None:
        with pytest.raises(RefusalError, match="administrator"):
            demand_some(Actor(may_not), AROUND, kind, before)


def test_a_refusal_says_what_of_a_row_was_to_be_changed() -> None:
    with pytest.raises(RefusalError, match="only administrator may change owner and criticality of services"):
        demand_change(Actor("otto"), AROUND, "service", *change("service", "mail", owner="eve", criticality="low"))
    with pytest.raises(RefusalError, match="only administrator may change freezes"):
        demand_change(Actor("otto"), AROUND, "freeze", *change("freeze", "all", services=["mail"]))


def test_rights_are_over_keys_that_there_are() -> None:
    for kind, right in RIGHTS.items():
        assert set(right.keys) <= set(next(iter(AROUND.of(kind).values())))
