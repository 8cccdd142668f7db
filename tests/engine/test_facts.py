"""What the organisation answers to facts."""

from datetime import datetime
from typing import Any

import pytest

from engine.facts import answer
from engine.turn import fact_key
from language.organisation import Organisation
from tests.engine.builders import NOW, ORGANISATION


def asked(name: str, *arguments: Any) -> dict[str, Any]:
    key = fact_key(name, *arguments)
    return answer(ORGANISATION, [key], NOW)[key]


def test_an_entity_has_its_row_its_label_and_its_attributes_with_theirs() -> None:
    value = asked("entity", "service", "mail")["value"]
    assert value["label"] == "E-mail"
    assert value["owner"] == {"id": "dan", "label": "Dan Drake"}
    assert asked("entity", "agreement", "gold")["value"]["targets"]["fix"]["P1"] == "1 hour"


def test_what_is_not_there_is_empty_with_a_hint() -> None:
    assert asked("entity", "service", "male") == {"value": None, "reason": 'Did you mean "mail"?', "until": None}
    assert asked("calendar", "offices")["reason"] == 'no calendar named "offices". Did you mean "office"?'
    assert asked("weather", "x")["reason"] == "nothing in the organisation answers weather(…)"


@pytest.mark.semantics("F4.7")
def test_a_calendar_comes_as_a_snapshot() -> None:
    value = asked("calendar", "office")["value"]
    assert (value["zone"], value["holidays"]) == ("Europe/Berlin", ["2026-03-09"])


@pytest.mark.parametrize(
    ("who", "ids"),
    [
        (["user", "ann", ""], ["ann"]),
        (["user", "eve", ""], []),
        (["user", "zed", ""], []),
        (["group", "desk", ""], ["bob", "cleo"]),
        (["name", "desk", ""], ["bob", "cleo"]),
        (["name", "boss", ""], ["dan"]),
        (["name", "ann", ""], ["ann"]),
        (["name", "anyone", ""], []),
        (["service", "mail", ""], []),
        (["service", "mail", "owner"], ["dan"]),
        (["service", "mail", "group"], ["bob", "cleo"]),
        (["service", "mail", "title"], []),
        (["service", "mail", "colour"], []),
        (["group", "desk", "lead"], ["cleo"]),
        (["group", "desk", "members"], ["bob", "cleo"]),
        (["user", "bob", "groups"], ["bob", "cleo"]),
        (["group", "empty", "lead"], []),
    ],
)
def test_people_are_active_persons(who: list[str], ids: list[str]) -> None:
    assert [each["id"] for each in asked("people", [who])["value"]] == ids


def test_nobody_is_named_twice() -> None:
    found = asked("people", [["name", "desk", ""], ["user", "bob", ""]])["value"]
    assert found == [{"id": "bob", "label": "Bob Baker"}, {"id": "cleo", "label": "Cleo Cole"}]


@pytest.mark.parametrize(
    ("items", "start", "end", "reason"),
    [
        (
            {"id": "mail", "label": ""},
            "2026-03-06T12:59:00Z",
            "2026-03-06T15:00:00Z",
            "March freeze until 2026-03-06 13:00 UTC",
        ),
        (
            [{"id": "mail", "label": ""}],
            "2026-03-06T10:00:00Z",
            "2026-03-06T11:01:00Z",
            "March freeze until 2026-03-06 13:00 UTC",
        ),
        (["mail"], "2026-03-06T13:00:00Z", "2026-03-06T15:00:00Z", ""),  # begins when it ends
        ("mail", "2026-03-06T10:00:00Z", "2026-03-06T11:00:00Z", ""),  # ends when it begins
        ("web", "2026-03-06T11:00:00Z", "2026-03-06T12:00:00Z", ""),
        ("web", "2027-01-01T11:00:00Z", "2027-01-01T12:00:00Z", "Always until 2027-01-01 23:00 UTC"),
    ],
)
def test_a_freeze_covers_what_touches_it(items: Any, start: str, end: str, reason: str) -> None:
    found = asked("frozen", items, start, end)
    assert (found["value"], found["reason"]) == (bool(reason), reason)
    assert (found["until"] is not None) is bool(reason)


MAINTENANCES: dict[str, dict[str, Any]] = {
    "disk": {"title": "A new disk", "items": ["db1"], "from": "2026-03-06T08:00:00Z", "until": "2026-03-06T12:00:00Z"},
    "slow": {"title": None, "items": ["db1", "web"], "from": "2026-03-06T11:00:00Z", "until": "2026-03-06T14:00:00Z"},
}


@pytest.mark.parametrize(
    ("items", "at", "until"),
    [
        ({"id": "db1", "label": "Database"}, "2026-03-06T07:59:59Z", None),
        ("db1", "2026-03-06T08:00:00Z", "2026-03-06T12:00:00+00:00"),
        (["web", "db1"], "2026-03-06T11:30:00Z", "2026-03-06T14:00:00+00:00"),
        ("web", "2026-03-06T10:00:00Z", None),
        ("db1", "2026-03-06T14:00:00Z", None),
    ],
)
def test_maintenance_covers_an_item_from_its_begin_until_before_its_end(items: Any, at: str, until: str | None) -> None:
    around = ORGANISATION.merged(Organisation({"maintenance": MAINTENANCES}))
    key = fact_key("maintained_until", items)
    found = answer(around, [key], datetime.fromisoformat(at).timestamp())[key]
    assert found["value"] == until
    assert found["until"] == (datetime.fromisoformat(until).timestamp() if until else None)


def test_maintenance_of_what_an_item_is_part_of_or_hosted_on_covers_it_too() -> None:
    items: dict[str, dict[str, Any]] = {
        "db1": {"hosted_on": "host"},
        "host": {"part_of": "rack", "hosted_on": None},
        "rack": {},
        "web": {},
    }
    row: dict[str, Any] = {
        "items": ["rack"],
        "title": "Power",
        "from": "2026-03-06T08:00:00Z",
        "until": "2026-03-06T12:00:00Z",
    }
    around = Organisation({"configuration_item": items, "maintenance": {"power": row}})
    keys = [fact_key("maintained_until", each) for each in ("db1", "web", "rack")]
    at = datetime.fromisoformat("2026-03-06T09:00:00Z").timestamp()
    found = answer(around, keys, at)
    assert [found[key]["value"] is None for key in keys] == [False, True, False]
