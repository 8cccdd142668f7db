"""When published processes start records by themselves: their schedules, on the calendars of the organisation."""

from datetime import UTC, datetime
from typing import NamedTuple

from language.calendars import ALWAYS_OPEN, Calendar
from language.definition import Definition, Literal
from language.organisation import OrganisationError
from language.schedules import following, latest
from store import definitions
from store.database import Database
from store.facts import organisation
from store.reading import read
from store.retiring import refusal


class Plan(NamedTuple):
    """The times at which a process starts records, in seconds since the epoch.

    `last` is the one that has come last (None: none has), `coming` are those that come next. `since` is when the
    version was published. `problem` says why the times cannot be told, empty when they can.
    """

    process: str
    since: float
    last: float | None = None
    coming: tuple[float, ...] = ()
    problem: str = ""


async def plans(database: Database, now: float, most: int) -> tuple[Plan, ...]:
    """Give the plan of every process with a schedule that is not retired, with at most so many times that come."""
    found: list[Plan] = []
    for published in await definitions.newest_of_each(database):
        definition = read(published.source)
        if definition.start.schedule is not None and await refusal(database, definition) is None:
            found.append(await _plan(database, definition, Plan(published.process, published.published_at), now, most))
    return tuple(found)


async def next_start(database: Database, definition: Definition, now: float) -> float | None:
    """Say when a process starts the next record by itself; None: not, or its calendar is not there."""
    if await refusal(database, definition) is not None:
        return None
    plan = await _plan(database, definition, Plan(definition.process, now), now, 1)
    return next(iter(plan.coming), None)


async def _plan(database: Database, definition: Definition, plan: Plan, now: float, most: int) -> Plan:
    schedule = definition.start.schedule
    if schedule is None:
        return plan
    try:
        calendar = await _calendar(database, definition, now)
    except OrganisationError as unknown:
        return plan._replace(problem=str(unknown))
    last = latest(schedule, calendar, now)
    return plan._replace(last=last, coming=following(schedule, calendar, now, most))


async def _calendar(database: Database, definition: Definition, now: float) -> Calendar:
    """Give the calendar that a definition names. Raises OrganisationError."""
    if not isinstance(definition.calendar, Literal):
        return ALWAYS_OPEN
    today = datetime.fromtimestamp(now, UTC).date()
    return (await organisation(database)).calendar(str(definition.calendar.value), today)
