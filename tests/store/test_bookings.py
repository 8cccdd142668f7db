"""What records have booked is found by what it is and when, and asked for by facts."""

import json

from engine.planning import SoughtBookings
from engine.plans import Booking
from store.bookings import bookings
from store.database import Database
from store.facts import facts
from store.projections import Index, Projection, project
from tests import organisations
from tests.store.builders import a_projection, given

MAIL, WEB = ("service:mail", 100.0, 200.0), ("service:web", 100.0, 200.0)


def booking(record: str, *booked: tuple[str, float, float], seq: int = 1) -> Projection:
    return a_projection(record, seq, fence=100.0 + seq, index=Index(bookings=list(booked)))


async def found(database: Database, since: float, until: float, *things: str, record: str = "R9") -> list[str]:
    wanted = SoughtBookings(record, things, since, until)
    return [f"{each.record} {each.what}" for each in await bookings(database, wanted)]


async def test_bookings_are_found_by_what_and_when(database: Database) -> None:
    await given(database, booking("R1", MAIL, WEB), booking("R2", ("service:mail", 150.0, 160.0)))
    assert await found(database, 199.0, 300.0, "service:mail") == ["R1 service:mail"]
    assert await found(database, 0.0, 300.0, "service:mail") == ["R2 service:mail", "R1 service:mail"]
    assert await found(database, 0.0, 300.0, "service:mail", "service:web", record="R2") == [
        "R1 service:mail",
        "R1 service:web",
    ]
    assert await found(database, 200.0, 300.0, "service:mail") == []
    assert await found(database, 0.0, 100.0, "service:mail") == []
    assert await found(database, 0.0, 300.0) == []


async def test_what_is_booked_no_more_is_gone(database: Database) -> None:
    await given(database, booking("R1", MAIL))
    await project(database, booking("R1", WEB, seq=2))
    assert await found(database, 0.0, 300.0, "service:mail", "service:web") == ["R1 service:web"]


async def test_facts_about_planned_times_see_them(database: Database) -> None:
    document = {"services": {"mail": {"title": "E-mail"}}}
    await organisations.apply(database, document, by="ann", at=1.0)
    await given(database, booking("R1", MAIL))
    key = json.dumps(["conflicts", "R2", "mail", "1970-01-01T00:02:00Z", "1970-01-01T00:03:00Z"])
    own = json.dumps(["conflicts", "R1", "mail", "1970-01-01T00:02:00Z", "1970-01-01T00:03:00Z"])
    answered = await facts(database, [key, own, '["on_call","desk"]'], 200.0)
    assert [row["with"] for row in answered[key]["value"]] == ["R1"]
    assert answered[own]["value"] == []
    assert Booking("R1", *MAIL) in await bookings(database, SoughtBookings("R2", ("service:mail",), 0.0, 900.0))
