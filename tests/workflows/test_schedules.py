"""Records that begin by themselves, on a Temporal server of their own: schedules are kept right, starts happen once."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import (
    ScheduleDescription,
    ScheduleHandle,
    ScheduleIntervalSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError

from activities.scheduled import ScheduledStarts
from activities.scheduler import Scheduler
from store import definitions, inbox
from store.listing import Filter, list_records
from tests.temporal import TemporalServer
from tests.workflows.house import House
from workflows.messages import ScheduledInput
from workflows.timetables import Timetables

pytestmark = pytest.mark.server

ROUND = """
process: round
version: 1
title: Round
number: RND
owner: ann
read: [anyone]
start: {to: open, at: {at}, every: 1 week}
fields:
  summary: {type: text, required: true, default: "Look at {{ event.scheduled_at }}"}
states:
  open: {transitions: {end: {to: over, by: [ann]}}}
  over: {final: true}
"""
DAY = 86_400


def a_round(at: float, **changes: str) -> str:
    """Give the process with its first time at an instant, and texts replaced."""
    text = ROUND.replace("{at}", datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ"))
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
async def house(url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house on a Temporal server that nobody else puts schedules on, without a worker yet."""
    server = TemporalServer(tmp_path)
    opened = House(server, url, tmp_path, a_round(int(time.time()) + DAY))
    try:
        await opened.open()
        yield opened
    finally:
        await opened.close()
        server.kill()


def schedule(house: House) -> ScheduleHandle:
    return house.temporal.get_schedule_handle("steward-start-round")


async def described(house: House) -> ScheduleDescription | None:
    try:
        return await schedule(house).describe()
    except RPCError:
        return None


async def is_hourly(house: House) -> bool:
    """Say whether the server has taken in that the schedule goes by the hour, which is later than its answer."""
    found = await described(house)
    return found is not None and bool(found.schedule.spec.intervals)


async def is_paused(house: House) -> bool:
    """Say whether the server has taken in that the schedule pauses, which is later than its answer."""
    found = await described(house)
    return found is not None and found.schedule.state.paused


def a_scheduler(house: House, ahead: float = 0.0) -> Scheduler:
    return Scheduler(house.database, Timetables(house.temporal), lambda: house.clock() + ahead)


async def publish(house: House, version: int, source: str) -> None:
    text = source.replace("version: 1", f"version: {version}")
    await definitions.publish(
        house.database, "round", version, text, title="Round", messages={}, by="ann", at=house.clock()
    )


async def rounds(house: House) -> list[Any]:
    return list((await list_records(house.database, Filter(process=("round",)), sort="id")).rows)


@pytest.mark.semantics("A2.4", "A2.6")
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_published_schedule_starts_a_record_when_its_time_has_come(house: House) -> None:
    due = int(time.time()) + 8
    await publish(house, 2, a_round(due))
    await house.start_worker()
    (row,) = await house.until(lambda: rounds(house))
    due_text = datetime.fromtimestamp(due, UTC).isoformat()
    assert (row.id, row.version, row.body["fields"]["summary"]) == ("RND0000001", 2, f"Look at {due_text}")
    assert row.created_at >= due
    assert await house.has_said(row.id, "scheduled")
    await house.proven(row.id)


async def test_what_came_before_there_was_a_schedule_is_made_up_for_once(house: House) -> None:
    due = int(time.time()) + 1
    await publish(house, 2, a_round(due))
    house.ahead = 60.0  # by now it has come
    await a_scheduler(house).round()
    await house.start_worker()
    (row,) = await house.until(lambda: rounds(house))
    assert row.body["fields"]["summary"] == f"Look at {datetime.fromtimestamp(due, UTC).isoformat()}"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_comes_while_a_schedule_is_being_made_is_not_lost(house: House) -> None:
    await publish(house, 2, a_round(int(time.time()) + 60))
    clocks = iter((house.clock(), house.clock() + 61))
    await Scheduler(house.database, Timetables(house.temporal), lambda: next(clocks)).round()
    await house.start_worker()
    await house.until(lambda: rounds(house))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_came_before_a_definition_was_published_is_over(house: House) -> None:
    await publish(house, 2, a_round(int(time.time()) - DAY))
    await a_scheduler(house).round()
    found = await described(house)
    assert found is not None
    assert (found.info.num_actions, len(found.schedule.spec.calendars)) == (0, 21)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_round_that_finds_everything_right_changes_nothing(house: House) -> None:
    await a_scheduler(house).round()
    before = await described(house)
    assert before is not None
    assert len(before.info.next_action_times) == 10
    first, second = before.info.next_action_times[:2]
    assert second - first == timedelta(days=7)
    await a_scheduler(house).round()
    after = await described(house)
    assert after is not None
    assert (after.info.last_updated_at, after.schedule.spec) == (before.info.last_updated_at, before.schedule.spec)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_schedule_that_somebody_deleted_is_made_again(house: House) -> None:
    await a_scheduler(house).round()
    await schedule(house).delete()
    assert await described(house) is None
    await a_scheduler(house).round()
    assert await described(house) is not None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_schedule_that_somebody_changed_is_put_right_and_stays_paused(house: House) -> None:
    await a_scheduler(house).round()
    before = await described(house)
    assert before is not None

    def hourly(found: ScheduleUpdateInput) -> ScheduleUpdate:
        found.description.schedule.spec.intervals = [ScheduleIntervalSpec(timedelta(hours=1))]
        return ScheduleUpdate(found.description.schedule)

    await schedule(house).update(hourly)
    await house.until(lambda: is_hourly(house))  # the server may take in a pause before an update that came first
    await schedule(house).pause(note="On holiday")
    await house.until(lambda: is_paused(house))
    await a_scheduler(house).round()
    after = await described(house)
    assert after is not None
    assert (after.schedule.spec, after.schedule.state.paused) == (before.schedule.spec, True)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_schedule_gets_new_times_when_few_are_left(house: House) -> None:
    await a_scheduler(house).round()
    await a_scheduler(house, ahead=14 * 7 * DAY).round()
    before = await described(house)
    await a_scheduler(house, ahead=18 * 7 * DAY).round()
    after = await described(house)
    assert before is not None
    assert after is not None
    assert len(before.schedule.spec.calendars) == 20
    assert len(after.schedule.spec.calendars) == 21
    assert before.info.last_updated_at != after.info.last_updated_at


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_version_without_a_schedule_takes_it_away(house: House) -> None:
    await a_scheduler(house).round()
    await publish(house, 2, a_round(0).replace(", at: 1970-01-01 00:00:00Z, every: 1 week", ""))

    async def gone() -> bool:
        await a_scheduler(house).round()
        return await described(house) is None

    await house.until(gone)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_schedule_without_its_calendar_is_left_as_it_is(house: House) -> None:
    await a_scheduler(house).round()
    await publish(house, 2, a_round(0).replace("owner: ann", "owner: ann\ncalendar: nowhere"))
    before = await described(house)
    await a_scheduler(house).round()
    after = await described(house)
    assert before is not None
    assert after is not None
    assert after.schedule.spec == before.schedule.spec


@pytest.mark.semantics("A2.7")
async def test_one_time_starts_one_record_however_often_it_is_tried(house: House) -> None:
    await house.start_worker()
    starts = ScheduledStarts(house.database, house.records, house.clock)
    due = ScheduledInput("round", 1_800_000_000.0)
    assert await starts.start(due) == "RND0000001 is started"
    await house.until(lambda: rounds(house))
    assert await starts.start(due) == "RND0000001 was started before"
    assert await starts.start(ScheduledInput("round", due.due + DAY)) == "RND0000002 is started"
    await house.until(lambda: _so_many(house, 2))


async def _so_many(house: House, number: int) -> bool:
    return len(await rounds(house)) == number


async def test_a_start_that_is_refused_tells_the_owner_once(house: House) -> None:
    await publish(house, 2, a_round(0).replace("fields:", "fields:\n  n: {type: number, default: 5, valid: n < 3}"))
    starts = ScheduledStarts(house.database, house.records, house.clock)
    for _ in range(2):
        assert (await starts.start(ScheduledInput("round", 0.0))).startswith("refused: n")
    (letter,) = await inbox.letters(house.database, "ann")
    assert letter.subject == "No Round was started by its schedule"
    assert "1970-01-01T00:00:00+00:00, and is refused: n" in letter.body


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_guard_that_holds_a_start_up_is_no_news(house: House) -> None:
    await publish(house, 2, a_round(0).replace("every: 1 week", "every: 1 week, when: summary == 'x'"))
    starts = ScheduledStarts(house.database, house.records, house.clock)
    assert (await starts.start(ScheduledInput("round", 0.0))).startswith("refused: start is not possible now")
    assert await inbox.letters(house.database, "ann") == ()
    await publish(house, 3, a_round(0).replace(", at: 1970-01-01 00:00:00Z, every: 1 week", ""))
    assert await starts.start(ScheduledInput("round", 0.0)) == "round has no schedule any more"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_schedule_may_be_triggered_by_hand(house: House) -> None:
    await a_scheduler(house).round()
    await house.start_worker()
    await schedule(house).trigger()
    assert len(await house.until(lambda: rounds(house))) == 1


@pytest.mark.semantics("A2.8")
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_was_missed_with_the_workers_away_is_one_record(house: House) -> None:
    await a_scheduler(house).round()
    await schedule(house).trigger()
    await house.until(lambda: _runs(house))
    await schedule(house).trigger()
    await house.until(lambda: _left_out(house, 1))
    await house.start_worker()
    await house.until(lambda: rounds(house))
    await house.until(lambda: _ends(house))
    assert len(await rounds(house)) == 1


async def _left_out(house: House, number: int) -> bool:
    found = await described(house)
    return found is not None and found.info.num_actions_skipped_overlap == number


async def _runs(house: House) -> bool:
    found = await described(house)
    return found is not None and bool(found.info.running_actions)


async def _ends(house: House) -> bool:
    return not await _runs(house)
