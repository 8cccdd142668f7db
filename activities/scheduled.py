"""Starts the records that schedules ask for: each time of a schedule starts one, however often it is tried."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from temporalio import activity

from engine.advance import SCHEDULE
from engine.facts import people
from engine.record import Event, Kind, Reason, Refused
from engine.requests import body_digest
from language.definition import Definition
from store import inbox
from store.allotted import allotted
from store.database import Database
from store.facts import organisation
from store.queries import get_record
from store.reading import newest
from store.retiring import RETIRED
from store.starting import prepare
from workflows.client import RecordClient
from workflows.messages import START_SCHEDULED, ScheduledInput

MEANT = ("guard", RETIRED)
"""Codes of the reasons for which an owner has seen to it that nothing starts."""

log = structlog.get_logger(__name__)


class ScheduledStarts:
    """The activity behind every schedule; `clock` gives seconds since the epoch, UTC."""

    def __init__(self, database: Database, client: RecordClient, clock: Callable[[], float]) -> None:
        """Keep what it works with; nothing is started."""
        self._database = database
        self._client = client
        self._clock = clock

    @activity.defn(name=START_SCHEDULED)
    async def start(self, wanted: ScheduledInput) -> str:
        """Start the record of the newest definition for one time, and say what came of it."""
        definition = await newest(self._database, wanted.process)
        if definition is None or definition.start.schedule is None:
            return f"{wanted.process} has no schedule any more"
        due = datetime.fromtimestamp(wanted.due, UTC).isoformat()
        key = f"schedule/{wanted.process}/{due}"
        record = await allotted(self._database, definition.number, key)
        if record is not None and await get_record(self._database, record) is not None:
            return f"{record} was started before"
        event = Event(Kind.START, SCHEDULE, None, {"scheduled_at": due}, id=key, now=self._clock())
        prepared = await prepare(self._database, definition, event._replace(body=body_digest(event)))
        if isinstance(prepared, Refused):
            return await self._refused(definition, key, due, prepared.reasons)
        record, known = prepared
        await self._client.start(record, definition.process, definition.source, definition.digest, known)
        return f"{record} is started"

    async def _refused(self, definition: Definition, key: str, due: str, reasons: tuple[Reason, ...]) -> str:
        """Tell the owner why no record was started, unless it was meant to be so."""
        because = "; ".join(reason.text for reason in reasons)
        log.warning("a scheduled start is refused", process=definition.process, due=due, because=because)
        owner = definition.owner
        if isinstance(owner, str) and any(reason.code not in MEANT for reason in reasons):
            subject = f"No {definition.title} was started by its schedule"
            body = f"It was to be started for {due}, and is refused: {because}. Mend the definition and publish it."
            for person in people(await organisation(self._database), "name", owner):
                await inbox.put(self._database, key, person, record="", subject=subject, body=body, at=self._clock())
        return f"refused: {because}"
