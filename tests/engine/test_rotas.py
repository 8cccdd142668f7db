"""Who is on call: whose turn it is on the clocks of the rota, or who stands in for them."""

import pytest

from engine.facts import answer
from engine.turn import fact_key
from engine.windows import seconds
from language.organisation_reading import read_organisation

COMPANY = """
people: {ann: {name: Ann Archer}, bob: {}, cat: {}, dot: {}, old: {active: false}}
groups: {desk: {title: Service desk}, net: {}, shop: {}}
calendars: {berlin: {zone: Europe/Berlin, hours: {mon: 09:00-17:00}}}
rotas:
  desk_days:
    {group: desk, people: [ann, bob, cat], from: 2026-01-05 09:00, every: 1 week, calendar: berlin}
  net_nights:
    {group: net, people: [dot], from: 2026-01-05 00:00, every: 1 day, calendar: berlin, hours: {sat: 20:00-24:00}}
  net_days: {group: net, people: [ann, old], from: 2026-01-05 00:00, every: 1 day}
  shop: {group: shop, people: [old], from: 2026-01-05 00:00, every: 12 hours}
absences:
  a1: {person: bob, from: 2026-01-13 00:00, until: 2026-01-14 00:00, delegate: dot}
  a2: {person: bob, from: 2026-01-14 00:00, until: 2026-01-15 00:00}
  a3: {person: bob, from: 2026-01-15 00:00, until: 2026-01-17 00:00, delegate: old}
  a4: {person: bob, from: 2026-01-17 00:00, until: 2026-01-18 00:00, delegate: dot}
  a5: {person: dot, from: 2026-01-17 00:00, until: 2026-01-18 00:00}
"""
ORGANISATION = read_organisation({"company.yaml": COMPANY})


def on_call(group: object, at: str) -> dict[str, object]:
    key = fact_key("on_call", group)
    return answer(ORGANISATION, [key], seconds(f"{at}Z"))[key]


def person(group: object, at: str) -> object:
    value = on_call(group, at)["value"]
    return value["id"] if isinstance(value, dict) else None


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-01-05 07:59", None),
        ("2026-01-05 08:00", "ann"),
        ("2026-01-12 07:59", "ann"),
        ("2026-01-12 08:00", "bob"),
        ("2026-01-13 12:00", "dot"),
        ("2026-01-14 12:00", "cat"),
        ("2026-01-15 12:00", "cat"),
        ("2026-01-17 12:00", "cat"),
        ("2026-01-19 08:00", "cat"),
        ("2026-01-26 08:00", "ann"),
        ("2026-03-30 06:59", "cat"),  # in summer the turn ends at 9:00 on the clocks, too
        ("2026-03-30 07:00", "ann"),
    ],
)
def test_the_turn_changes_at_the_same_time_on_the_clocks(at: str, who: str | None) -> None:
    assert person("desk", at) == who


def test_it_says_who_until_when() -> None:
    assert on_call({"id": "desk", "label": "Service desk"}, "2026-01-06 08:00") == {
        "value": {"id": "ann", "label": "Ann Archer"},
        "reason": "",
        "until": seconds("2026-01-12 08:00Z"),
    }


@pytest.mark.parametrize(
    ("at", "who"), [("2026-01-10 19:30", "dot"), ("2026-01-10 18:30", "ann"), ("2026-01-11 12:00", "ann")]
)
def test_the_first_rota_counts_that_is_on_at_this_hour(at: str, who: str) -> None:
    assert person("net", at) == who


def test_where_nobody_is_there_it_says_so() -> None:
    assert on_call("shop", "2026-01-06 08:00")["reason"] == "nobody is on call for Shop now"
    assert on_call("mail", "2026-01-06 08:00") == {
        "value": None,
        "reason": "nobody is on call for mail now",
        "until": None,
    }
