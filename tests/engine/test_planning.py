"""Planned times: what freezes, windows, maintenance and other records' bookings say against them, and what is free."""

from typing import Any

import pytest

from engine.facts import answer
from engine.planning import looks_at_bookings, sought
from engine.plans import Booking
from engine.related import around
from engine.turn import fact_key
from engine.windows import seconds
from language.organisation import Organisation
from language.organisation_reading import read_organisation

COMPANY = """
people: {ann: {}, dot: {groups: [desk]}}
groups: {desk: {}}
roles: {director: {}}
calendars: {berlin: {zone: Europe/Berlin, hours: {mon: 09:00-17:00}}}
services:
  shop: {depends_on: [mail]}
  mail: {}
  intranet: {}
configuration_items:
  db: {service: shop, class: database, hosted_on: host, window: {sat: 22:00-24:00, sun: 00:00-04:00}, calendar: berlin}
  host: {part_of: rack}
  rack: {}
  blade: {hosted_on: rack, part_of: rack}
  web: {service: shop, hosted_on: host}
  post: {service: mail, window: {wed: 20:00-22:00}}
freezes:
  year_end: {title: Year-end freeze, services: [shop], from: 2026-12-18 18:00, until: 2027-01-04 09:00,
             calendar: berlin, waived_by: [director, dot]}
  racks: {items: [rack], from: 2026-06-01 00:00, until: 2026-06-02 00:00}
  databases: {classes: [database], from: 2026-07-01 00:00, until: 2026-07-02 00:00}
maintenances:
  fan: {title: A new fan, items: [host, web], from: 2026-03-07 21:00, until: 2026-03-07 22:00}
"""
ORGANISATION = read_organisation({"company.yaml": COMPANY})


def found(name: str, *arguments: Any, booked: tuple[Booking, ...] = ()) -> dict[str, Any]:
    """Answer a fact that CHG1 asks, with what others have booked as far as it matters."""
    key = fact_key(name, *(("CHG1",) if name != "frozen" else ()), *arguments)
    matter = tuple(each for each in booked if looks_at_bookings(key) and sought(ORGANISATION, key).matter(each))
    return answer(ORGANISATION, [key], 0.0, {key: matter})[key]


def a_booking(what: str, since: str, until: str, record: str = "CHG2") -> Booking:
    return Booking(record, what, seconds(f"2026-03-{since}Z"), seconds(f"2026-03-{until}Z"))


def rows(items: Any, since: str, until: str, *booked: Booking) -> list[tuple[str, str, str]]:
    value = found("conflicts", items, f"2026-03-{since}Z", f"2026-03-{until}Z", booked=booked)["value"]
    return [(row["id"], row["kind"], row["with"]) for row in value]


@pytest.mark.parametrize(
    ("items", "day", "frozen"),
    [
        ("shop", "2026-12-20", True),
        ("db", "2026-12-20", True),
        (["post", "web"], "2026-12-20", True),
        ("mail", "2026-12-20", False),
        ("rack", "2026-06-01", True),
        ("host", "2026-06-01", False),
        ("db", "2026-07-01", True),
        ("web", "2026-07-01", False),
        ([], "2026-07-01", False),
        ("nothing", "2026-07-01", False),
    ],
)
def test_a_freeze_covers_services_items_and_classes(items: Any, day: str, frozen: bool) -> None:
    assert found("frozen", items, f"{day} 10:00Z", f"{day} 11:00Z")["value"] is frozen


def test_a_freeze_says_who_may_waive_it_and_what_is_free_next() -> None:
    said = found("frozen", "db", "2026-12-20 10:00Z", "2026-12-20 12:00Z")
    assert said["reason"] == (
        "Year-end freeze until 2027-01-04 08:00 UTC; may be waived by director, dot; next free 2027-01-09 21:00 UTC"
    )
    assert said["until"] == seconds("2027-01-04 08:00Z")
    assert (
        found("frozen", "rack", "2026-06-01 10:00Z", "2026-06-01 12:00Z")["reason"]
        == "Racks until 2026-06-02 00:00 UTC"
    )


def test_what_is_around_a_thing() -> None:
    assert around(ORGANISATION, "web") == {
        "configuration_item:web": "same",
        "configuration_item:host": "parent",
        "configuration_item:rack": "parent",
        "service:shop": "service",
    }
    assert around(ORGANISATION, "rack") == {
        "configuration_item:rack": "same",
        "configuration_item:host": "child",
        "configuration_item:blade": "child",
        "configuration_item:db": "child",
        "configuration_item:web": "child",
    }
    assert around(ORGANISATION, "mail") == {
        "service:mail": "same",
        "configuration_item:post": "child",
        "service:shop": "service",
    }
    assert around(ORGANISATION, "intranet") == {"service:intranet": "same"}
    assert around(ORGANISATION, "nothing") == {}


NIGHT = ("07 21:00", "07 22:30")  # Saturday, 22:00 to 23:30 in Berlin


@pytest.mark.parametrize(
    ("items", "times", "booked", "expected"),
    [
        ("db", ("07 22:00", "08 03:00"), (), []),
        ("db", ("07 20:59", "07 22:00"), (), [("db", "window", "db")]),
        ("db", ("08 02:00", "08 03:01"), (), [("db", "window", "db")]),
        ("host", NIGHT, (), [("host", "maintenance", "fan")]),
        ("rack", NIGHT, (a_booking("configuration_item:rack", *NIGHT),), [("rack", "same", "CHG2")]),
        ("rack", NIGHT, (a_booking("configuration_item:rack", *NIGHT, record="CHG1"),), []),
        ("rack", NIGHT, (a_booking("configuration_item:rack", "07 22:30", "07 23:00"),), []),
        ("rack", NIGHT, (a_booking("configuration_item:rack", "07 20:00", "07 21:00"),), []),
        ("rack", NIGHT, (a_booking("configuration_item:web", *NIGHT),), [("rack", "child", "CHG2")]),
        ("rack", NIGHT, (a_booking("service:mail", *NIGHT),), []),
        ("mail", NIGHT, (a_booking("service:shop", *NIGHT),), [("mail", "service", "CHG2")]),
        ("mail", NIGHT, (a_booking("configuration_item:post", *NIGHT),), [("mail", "child", "CHG2")]),
        (["ann", "dot"], NIGHT, (a_booking("user:dot", *NIGHT),), [("dot", "person", "CHG2")]),
    ],
)
def test_a_plan_is_in_conflict_with(
    items: Any, times: tuple[str, str], booked: tuple[Booking, ...], expected: list[tuple[str, str, str]]
) -> None:
    assert rows(items, *times, *booked) == expected


def test_a_conflict_says_with_what_and_when() -> None:
    booked = (a_booking("configuration_item:web", *NIGHT), a_booking("configuration_item:rack", *NIGHT, record="CHG3"))
    said = found("conflicts", ["rack"], "2026-03-07 21:00Z", "2026-03-07 22:00Z", booked=booked)
    assert [row["text"] for row in said["value"]] == [
        "rack: CHG2 on web from 2026-03-07 21:00 UTC until 2026-03-07 22:30 UTC",
        "rack: CHG3 from 2026-03-07 21:00 UTC until 2026-03-07 22:30 UTC",
    ]
    assert said["reason"].startswith("rack: CHG2 on web from")


def free(items: Any, start: str, duration: str, *booked: Booking) -> str | None:
    value = found("next_free", items, f"2026-{start}Z", duration, booked=booked)["value"]
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("items", "start", "duration", "at"),
    [
        ("mail", "03-06 10:00", "2 hours", "2026-03-06T10:00:00+00:00"),
        ("db", "03-06 10:00", "2 hours", "2026-03-07T21:00:00+00:00"),
        ("db", "03-07 22:00", "5 hours", "2026-03-07T22:00:00+00:00"),
        ("db", "03-07 22:01", "5 hours", "2026-03-14T21:00:00+00:00"),
        ("db", "03-28 22:00", "3 hours", "2026-03-28T22:00:00+00:00"),  # the clocks skip an hour of that night
        ("db", "04-01 00:00", "6 hours", "2026-04-04T20:00:00+00:00"),
        ("web", "03-07 20:30", "1 hour", "2026-03-07T22:00:00+00:00"),
        ("shop", "12-19 10:00", "1 day", "2027-01-04T08:00:00+00:00"),
        (["db", "post"], "03-06 10:00", "1 hour", None),
        ("db", "03-06 10:00", "7 hours", None),
        ("mail", "03-06 10:00", "2 business hours", None),
        ("mail", "03-06 10:00", "soon", None),
        ([], "03-06 10:00", "2 weeks", "2026-03-06T10:00:00+00:00"),
    ],
)
def test_the_next_free_time_is_the_first_at_which_nothing_speaks_against_it(
    items: Any, start: str, duration: str, at: str | None
) -> None:
    assert free(items, start, duration) == at


def test_what_others_have_booked_is_not_free() -> None:
    booked = (a_booking("service:mail", "06 10:00", "06 12:00"), a_booking("service:mail", "06 13:00", "06 14:00"))
    assert free("mail", "03-06 09:30", "1 hour", *booked) == "2026-03-06T12:00:00+00:00"
    assert free("mail", "03-06 09:30", "90 minutes", *booked) == "2026-03-06T14:00:00+00:00"


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        ("2 business hours", "next_free takes minutes, hours, days or weeks, not 2 business hours"),
        ("7 hours", "there are no 7 hours without a conflict within 90 days"),
    ],
)
def test_without_a_free_time_it_says_why(duration: str, said: str) -> None:
    assert found("next_free", "db", "2026-03-06 10:00Z", duration)["reason"] == said


def test_many_conflicts_are_bounded() -> None:
    booked = tuple(a_booking("service:mail", *NIGHT, record=f"CHG{number:05}") for number in range(2, 500))
    assert len(rows("mail", *NIGHT, *booked)) == 100


def test_an_item_of_an_organisation_without_calendars_has_its_window_in_utc() -> None:
    item = {"window": {"sat": ["22:00-24:00"]}, "calendar": None, "service": None}
    plain = Organisation({"configuration_item": {"x": item}})
    key = fact_key("next_free", "CHG1", "x", "2026-03-06 10:00Z", "1 hour")
    assert answer(plain, [key], 0.0)[key]["value"] == "2026-03-07T22:00:00+00:00"
