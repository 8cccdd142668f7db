"""Carries changes of the organisation to the records they touch: each gets the event once, closed ones need none."""

from activities.relay import NotSentError
from engine.news import ORGANISATION_CHANGED
from engine.record import Event, Kind
from store.outbox import OutboxRow
from store.queries import RecordRow
from workflows.client import ClientError, ClosedError, RecordClient


class Announcing:
    """The carrier of `organisation` rows; their key is the event's id, by which a record takes it once."""

    def __init__(self, client: RecordClient) -> None:
        """Keep what it works with; nothing is sent."""
        self._client = client

    async def tell(self, row: OutboxRow, _record: RecordRow) -> None:
        """Let the record look at the organisation again; raises NotSentError where it could not be reached."""
        try:
            await self._client.occur(row.record, Event(Kind.OCCUR, ORGANISATION_CHANGED, data=row.body, id=row.key))
        except ClosedError:
            return
        except ClientError as failed:
            raise NotSentError(str(failed)) from failed
