"""The scheduler: compares Temporal's schedules with what the published definitions say, and puts them right."""

import asyncio
from collections.abc import Callable
from math import floor

import structlog
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError

from activities.pausing import pause
from store.database import Database
from store.errors import UnavailableError
from store.schedules import Plan, plans
from workflows.timetables import Done, Timetable, Timetables

EVERY = 10.0
"""Seconds between two rounds, and so until a newly published schedule is there."""
AHEAD = 20
"""How many times a schedule is given that come next."""

log = structlog.get_logger(__name__)


class Scheduler:
    """Compares at once and every few seconds; any number may run. `clock` gives seconds since the epoch, UTC."""

    def __init__(self, database: Database, timetables: Timetables, clock: Callable[[], float]) -> None:
        """Keep what it works with; nothing has been looked at."""
        self._database = database
        self._timetables = timetables
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Compare until told to stop; a store or Temporal that is away is waited for."""
        while not stop.is_set():
            try:
                await self.round()
            except (UnavailableError, RPCError, TemporalError) as away:
                log.warning("the scheduler cannot compare", error=str(away))
            await pause(stop, EVERY)

    async def round(self) -> None:
        """Give every process that has a schedule its times, and take away the schedules of those that have none."""
        now = self._clock()
        planned = await plans(self._database, now, AHEAD)
        for plan in planned:
            if plan.problem:
                log.error("a schedule has no times", process=plan.process, problem=plan.problem)
            else:
                await self._keep(plan, now)
        wanted = [plan.process for plan in planned]
        for process in await self._timetables.processes():
            if process not in wanted:
                log.info("a schedule is taken away", process=process)
                await self._timetables.drop(process)

    async def _keep(self, plan: Plan, now: float) -> None:
        """Keep a schedule; what came while there was none, or while it was being put right, is made up for."""
        times = (*(() if plan.last is None else (plan.last,)), *plan.coming)
        done = await self._timetables.keep(Timetable(plan.process, tuple(map(floor, times))))
        if done is Done.NOTHING:
            return
        log.info("a schedule is put right", process=plan.process, done=str(done))
        since, until = plan.since if done is Done.MADE else now, self._clock()
        missed = [time for time in times if since <= time <= until]
        if missed:
            await self._timetables.make_up(plan.process, floor(missed[-1]))
