"""What a schedule starts: a small workflow that has one record of a process started, however long that takes."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey

from workflows.messages import START_SCHEDULED, ScheduledInput

SCHEDULED_START = "steward-scheduled-start"
DUE = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
TIMEOUT = timedelta(seconds=30)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=1)


@workflow.defn(name=SCHEDULED_START)
class ScheduledStart:
    """A start for one time of a schedule. While it waits, further times of the schedule are left out."""

    @workflow.run
    async def run(self, process: str) -> str:
        """Have the record started; the answer says what came of it."""
        info = workflow.info()
        due = info.typed_search_attributes.get(DUE, info.start_time)
        told: str = await workflow.execute_activity(
            START_SCHEDULED,
            ScheduledInput(process, due.timestamp()),
            activity_id="start",
            start_to_close_timeout=TIMEOUT,
            retry_policy=RetryPolicy(initial_interval=FIRST_WAIT, maximum_interval=LONGEST_WAIT),
        )
        return told
