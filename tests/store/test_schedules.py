"""The store says when published processes start records by themselves."""

from datetime import UTC, datetime

import pytest

from language.organisation_reading import read_organisation
from language.reading import read_definition
from store import definitions
from store.database import Database
from store.retiring import retire
from store.schedules import next_start, plans
from tests import organisations

ROUND = """
process: round
version: {version}
title: Round
number: RND
owner: ann
calendar: {calendar}
start: {{to: open{schedule}}}
fields: {{x: text}}
states: {{open: {{transitions: {{end: {{to: over, by: [anyone]}}}}}}, over: {{final: true}}}}
"""
WEEKLY = ", at: 2026-03-23 09:00, every: 1 week"
HOURS = "{mon: 09:00-17:00, tue: 09:00-17:00}"


def instant(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
async def _around(database: Database) -> None:
    """An organisation with a calendar."""
    text = f"people: {{ann: {{}}}}\ncalendars: {{office: {{zone: Europe/Berlin, hours: {HOURS}}}}}"
    await organisations.apply(database, read_organisation({"all.yaml": text}).to_json(), by="ann", at=1.0)


async def publish(database: Database, version: int = 1, schedule: str = WEEKLY, calendar: str = "office") -> str:
    text = ROUND.format(version=version, schedule=schedule, calendar=calendar)
    await definitions.publish(database, "round", version, text, title="Round", messages={}, by="ann", at=7.0)
    return text


async def test_a_plan_has_the_last_time_and_those_that_come_on_the_clocks_of_the_calendar(database: Database) -> None:
    await publish(database)
    (plan,) = await plans(database, instant("2026-03-24 12:00"), 2)
    assert (plan.process, plan.since, plan.problem) == ("round", 7.0, "")
    assert plan.last == instant("2026-03-23 08:00")
    assert plan.coming == (instant("2026-03-30 07:00"), instant("2026-04-06 07:00"))  # the clocks have changed


async def test_the_next_start_is_that_of_the_definition(database: Database) -> None:
    definition = read_definition(await publish(database))
    assert await next_start(database, definition, instant("2026-03-01 00:00")) == instant("2026-03-23 08:00")
    unscheduled = read_definition(await publish(database, 2, ""))
    assert await next_start(database, unscheduled, 0.0) is None


async def test_only_the_newest_version_counts(database: Database) -> None:
    await publish(database)
    await publish(database, 2, "")
    assert await plans(database, 0.0, 2) == ()


async def test_a_schedule_without_its_calendar_has_a_problem_and_no_times(database: Database) -> None:
    definition = read_definition(await publish(database, calendar="offices"))
    (plan,) = await plans(database, 0.0, 2)
    assert (plan.coming, plan.problem) == ((), 'no calendar named "offices". Did you mean "office"?')
    assert await next_start(database, definition, 0.0) is None


async def test_a_single_time_comes_once(database: Database) -> None:
    await publish(database, schedule=", at: 2026-03-23 09:00")
    before, after = instant("2026-03-23 07:59"), instant("2026-03-23 08:00")
    ((early,), (late,)) = (await plans(database, before, 5), await plans(database, after, 5))
    assert (early.last, early.coming, late.last, late.coming) == (None, (after,), after, ())


@pytest.mark.semantics("M3.1")
async def test_a_process_that_is_retired_starts_nothing_by_itself(database: Database) -> None:
    definition = read_definition(await publish(database))
    await retire(database, "round", None, by="ann", at=8.0)
    assert await plans(database, instant("2026-03-24 12:00"), 2) == ()
    assert await next_start(database, definition, instant("2026-03-01 00:00")) is None
