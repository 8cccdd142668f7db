"""Carries events that records send to records: each gets it once, those that are over or never were take none."""

from activities.relay import NotSentError
from engine.record import Event, Kind
from engine.requests import body_digest, scoped
from store import outbox
from store.database import Database
from store.outbox import OutboxRow
from store.queries import RecordRow, get_record
from workflows.client import ClientError, ClosedError, RecordClient


class Sending:
    """The carrier of `send`."""

    def __init__(self, database: Database, client: RecordClient) -> None:
        """Keep what it works with; nothing is sent."""
        self._database = database
        self._client = client

    async def send(self, row: OutboxRow, _sender: RecordRow) -> None:
        """Let the event reach every record that has not got it; raises NotSentError where one could not be reached."""
        lost: list[str] = []
        for record in row.body["to"]:
            if record in row.delivered:
                continue
            try:
                await self._tell(row, record)
            except ClientError as failed:
                lost.append(str(failed))
            else:
                await outbox.delivered(self._database, row.key, record)
        if lost:
            raise NotSentError("; ".join(lost))

    async def _tell(self, row: OutboxRow, record: str) -> None:
        body = row.body
        event = Event(Kind.OCCUR, body["event"], None, body["with"], id=scoped(record, "send", row.key))
        event = event._replace(body=body_digest(event), depth=body["depth"])
        try:
            await self._client.occur(record, event)
        except ClosedError:
            stored = await get_record(self._database, record)
            if stored is not None and not stored.final:
                raise  # its workflow is gone, and can be begun again
