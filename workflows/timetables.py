"""Makes Temporal's schedules say when processes start records: one schedule a process, which holds the next times.

The times are worked out on our calendars, which know holidays and business hours, and written out one by one. A start
that waits (nobody is at work, the store is away) makes those after it be left out, so that what was missed is made up
for by one record. People may pause and trigger a schedule; what it says is put right again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleBackfill,
    ScheduleCalendarSpec,
    ScheduleHandle,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from workflows.messages import TASK_QUEUE
from workflows.scheduled import SCHEDULED_START

PREFIX = "steward-start-"
FEW = 5
"""A schedule that has fewer times left gets new ones."""
ONCE = timedelta(days=365)
"""How long after it a single time is still made up for."""


class Timetable(NamedTuple):
    """When records of a process are to be started: whole seconds since the epoch, rising, one at least.

    The first may be over: it is made up for when Temporal was away at the time.
    """

    process: str
    times: tuple[int, ...]


class Done(StrEnum):
    """What had to be done for a schedule to say what it should."""

    NOTHING = "nothing"
    MADE = "made"
    CHANGED = "changed"


class Timetables:
    """The schedules of a Temporal namespace that start records."""

    def __init__(self, temporal: Client) -> None:
        """Keep the connection; nothing is sent."""
        self._temporal = temporal

    async def keep(self, timetable: Timetable) -> Done:
        """See that the schedule of a process says this. Raises RPCError."""
        handle, wanted = self._handle(timetable.process), _schedule(timetable)
        try:
            present = (await handle.describe()).schedule
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise
            return await self._create(handle.id, wanted)
        if _is_kept(present, wanted, timetable.times) and await self._encrypts(present):
            return Done.NOTHING
        await handle.update(lambda found: _updated(found, wanted))
        return Done.CHANGED

    async def make_up(self, process: str, due: int) -> None:
        """Have a record started for a time that has been missed. Raises RPCError."""
        moment = datetime.fromtimestamp(due, UTC)
        missed = ScheduleBackfill(moment - timedelta(seconds=1), moment, overlap=ScheduleOverlapPolicy.ALLOW_ALL)
        await self._handle(process).backfill(missed)

    async def processes(self) -> tuple[str, ...]:
        """Name the processes that have a schedule; one made or dropped just now may be missing or still there."""
        found = [each.id async for each in await self._temporal.list_schedules()]
        return tuple(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX))

    async def drop(self, process: str) -> None:
        """Take the schedule of a process away, if there is one. Raises RPCError."""
        try:
            await self._handle(process).delete()
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _encrypts(self, present: Schedule) -> bool:
        """Say whether what a schedule brings is encrypted as we would do it now: not at all, or with the newest key."""
        assert isinstance(present.action, ScheduleActionStartWorkflow)
        there = [dict(each.metadata) for each in present.action.args]
        now = await self._temporal.data_converter.encode([""])
        return there == [dict(each.metadata) for each in now]

    def _handle(self, process: str) -> ScheduleHandle:
        return self._temporal.get_schedule_handle(f"{PREFIX}{process}")

    async def _create(self, name: str, wanted: Schedule) -> Done:
        try:
            await self._temporal.create_schedule(name, wanted)
        except ScheduleAlreadyRunningError:  # another worker was quicker
            return Done.NOTHING
        return Done.MADE


def _schedule(timetable: Timetable) -> Schedule:
    gaps = [later - earlier for earlier, later in pairwise(timetable.times)]
    return Schedule(
        action=ScheduleActionStartWorkflow(
            SCHEDULED_START,
            timetable.process,
            id=f"{PREFIX}{timetable.process}",
            task_queue=TASK_QUEUE,
        ),
        spec=ScheduleSpec(calendars=[_calendar(time) for time in timetable.times]),
        policy=SchedulePolicy(
            overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(seconds=max(gaps)) if gaps else ONCE
        ),
    )


def _calendar(time: int) -> ScheduleCalendarSpec:
    """Write one instant as a calendar of Temporal, which is in UTC."""
    moment = datetime.fromtimestamp(time, UTC)
    return ScheduleCalendarSpec(
        second=_only(moment.second),
        minute=_only(moment.minute),
        hour=_only(moment.hour),
        day_of_month=_only(moment.day),
        month=_only(moment.month),
        year=_only(moment.year),
    )


def _only(number: int) -> Sequence[ScheduleRange]:
    return (ScheduleRange(number),)


def _is_kept(present: Schedule, wanted: Schedule, times: tuple[int, ...]) -> bool:
    """Say whether a schedule does what is wanted of it, for the next few times at least."""
    there = sorted(_instant(each) for each in present.spec.calendars)
    left = there[there.index(times[0]) :] if times[0] in there else []
    is_known = tuple(left) == times[: len(left)] and len(left) >= min(FEW, len(times))
    return is_known and _does(present) == _does(wanted) and _is_plain(present.spec)


def _instant(calendar: ScheduleCalendarSpec) -> int:
    """Read what `_calendar` wrote; anything else gives a time that nobody wants."""
    parts = (calendar.year, calendar.month, calendar.day_of_month, calendar.hour, calendar.minute, calendar.second)
    if not all(len(part) == 1 for part in parts):
        return 0
    year, month, day, hour, minute, second = (part[0].start for part in parts)
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


def _does(schedule: Schedule) -> tuple[object, ...]:
    action = schedule.action
    assert isinstance(action, ScheduleActionStartWorkflow)  # Temporal knows no other
    return (action.workflow, action.id, action.task_queue, schedule.policy.overlap)


def _is_plain(spec: ScheduleSpec) -> bool:
    return not (spec.intervals or spec.cron_expressions or spec.skip or spec.start_at or spec.end_at or spec.jitter)


def _updated(found: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    """Put a schedule right; whether it is paused is for the people who did it."""
    wanted.state = found.description.schedule.state
    return ScheduleUpdate(wanted)
