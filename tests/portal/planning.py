"""An office whose records have plans, for the tests of calendars: nothing here needs a worker."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from temporalio.client import Client

from language.organisation import Organisation
from language.organisation_reading import read_organisation
from store import definitions, organisation
from store.definitions import digest_of
from store.projections import Index, project
from tests.api.office import Office, an_office
from tests.api.repairs import REPAIR
from tests.portal.visits import Portal
from tests.store.builders import a_projection

AROUND = """
people: {eve: {name: Eve Elder, roles: [agent, administrator], groups: [workshop], manager: bob}}
services: {press: {title: Press, owner: bob, group: workshop}, lathe: {title: Lathe}, mill: {title: Mill}}
configuration_items:
  arm: {title: Arm of the press, service: press, group: workshop}
calendars:
  tokyo: {title: Tokyo, zone: Asia/Tokyo, hours: {mon: 09:00-17:00}, holidays: [2027-03-05]}
freezes:
  fair: {title: Spring fair, services: [press], from: 2027-03-10 08:00, until: 2027-03-12 17:00}
  rest: {title: Rest, services: [mill], from: 2027-02-01 08:00, until: 2028-03-12 17:00}
maintenances: {oil: {title: New oil, items: [arm], from: 2027-03-20 08:00, until: 2027-03-20 10:00}}
"""
READERS = [("name:agent", True), ("user:carl", False)]
Times = tuple[str, str]
INSIDE = """
process: inside
version: 1
title: Inside job
number: INS
owner: manager
calendar: office
start: {to: planned, by: [agent], ask: [begin, end]}
fields:
  begin: {type: datetime, internal: true}
  end: {type: datetime, internal: true}
states:
  planned:
    transitions:
      over: {to: done, by: [agent], when: "conflicts(['press'], begin, end) is empty"}
  done: {final: true}
"""
"""A process whose planned times are internal."""


def at(text: str) -> float:
    """Give an instant of March 2027: `10 08:30`, UTC."""
    return datetime.strptime(f"2027-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()


@asynccontextmanager
async def planning(file: Path) -> AsyncIterator[Portal]:
    """Open the portal of an office with things to plan for, on the first of March 2027."""
    no_temporal = cast(Client, None)  # these pages ask nothing of it
    async with an_office(file, no_temporal, worker=False) as office:
        office.clock.ahead = at("01 09:00") - time.time()

        def more(before: Organisation) -> Organisation:
            return read_organisation({"more.yaml": AROUND}, before)

        await organisation.change(office.services.database, more, by="test", at=1.0)
        await definitions.publish(
            office.services.database, "inside", 1, INSIDE, title="Inside job", messages={}, by="test", at=1.0
        )
        opened = Portal(office)
        yield opened
        await opened.http.aclose()


async def plan(
    office: Office,
    record: str,
    times: Times | None,
    *things: str,
    seq: int = 1,
    now: str = "01 09:00",
    source: str = REPAIR,
    **index: object,
) -> None:
    """Let a record of somebody's have booked things at a time, after an event at another."""
    booked = [] if times is None else [(what, at(times[0]), at(times[1])) for what in things]
    told = {"title": f"Mend {record}", "readers": READERS, **index}
    made = a_projection(
        record,
        seq,
        fence=100.0 + seq,
        digest=digest_of(source),
        process="repair",
        index=Index(bookings=booked, **told),  # type: ignore[arg-type]  # what a test says of it
    )
    made.event["now"] = at(now)
    await project(office.services.database, made)
