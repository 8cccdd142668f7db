"""The message about an event: a CloudEvent in structured mode, for the eyes of the webhook's owner."""

import json
from datetime import UTC, datetime

from engine.record import Actor
from engine.visibility import viewer
from store.cloud_events import record_event, written
from store.columns import Json
from store.database import Database
from store.deliveries import PING, Delivery, entry_of
from store.queries import get_record
from store.reading import pinned

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"
WEBHOOKS = "/api/v1/webhooks"


async def message(database: Database, each: Delivery, actor: Actor, base_url: str) -> bytes | None:
    """Write the body of a message; None where the event has not happened, or there is nothing of it to see."""
    event = await _event(database, each, actor, base_url)
    return (
        None
        if event is None
        else json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=written).encode()
    )


async def _event(database: Database, each: Delivery, actor: Actor, base_url: str) -> dict[str, Json] | None:
    if each.type == PING:
        return _ping(each, base_url)
    entry, row = await entry_of(database, each), await get_record(database, each.record, viewer(actor))
    definition = None if row is None else await pinned(database, row.digest)
    if entry is None or row is None or definition is None:
        return None
    return record_event(entry, row, definition, base_url)


def _ping(each: Delivery, base_url: str) -> dict[str, Json]:
    return {
        "specversion": "1.0",
        "id": each.id,
        "source": f"{base_url}{WEBHOOKS}",
        "type": PING,
        "subject": each.webhook,
        "time": datetime.fromtimestamp(each.created_at, UTC),
        "datacontenttype": "application/json",
        "data": {"webhook": each.webhook},
    }
