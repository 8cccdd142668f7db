"""What records have booked, as facts about planned times ask for it."""

from sqlalchemy import Connection, select

from engine.planning import SoughtBookings
from engine.plans import Booking
from store.database import Database
from store.tables import record_booking

MOST = 1_000
"""How many bookings a fact looks at: those that end first."""


async def bookings(database: Database, wanted: SoughtBookings) -> tuple[Booking, ...]:
    """Find the bookings that matter to a fact. Raises UnavailableError."""
    return await database.read(_bookings, wanted)


def _bookings(connection: Connection, wanted: SoughtBookings) -> tuple[Booking, ...]:
    booked = record_booking.c
    query = select(booked.record, booked.what, booked.since, booked.until).where(
        booked.what.in_(wanted.things),
        booked.until > wanted.since,
        booked.since < wanted.until,
        booked.record != wanted.record,
    )
    rows = connection.execute(query.order_by(booked.until, booked.record, booked.what).limit(MOST))
    return tuple(Booking(*row) for row in rows)
