"""Messages of the edges to a person about a record, as rows of the outbox: by the same way as what records tell."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, insert, select

from store.columns import Json
from store.database import Database, lock
from store.outbox import WAITING
from store.tables import journal, outbox


async def tell(
    database: Database, record: str, key: str, *, person: str, message: str, values: Mapping[str, Json]
) -> bool:
    """Have a message with these values sent to a person; False when that was done before under this key."""
    body = {
        "message": message,
        "text": "",
        "to": [["user", person, ""]],
        "with": dict(values),
        "fields": {"id": record},
        "seq": 0,
    }
    return await database.write(_answer, record, f"{record}/answer-{key}", body)


def _answer(connection: Connection, record: str, key: str, body: Mapping[str, Json]) -> bool:
    """Write the row; no event of the record wrote it, so none can make it void."""
    lock(connection, f"answer {key}")
    if connection.scalar(select(outbox.c.key).where(outbox.c.key == key)) is not None:
        return False
    row: dict[str, Json] = {
        "key": key,
        "record": record,
        "seq": 0,
        "head": "",
        "place": 0,
        "feed": connection.scalar(select(func.max(journal.c.feed))) or 0,
        "kind": "message",
        "body": dict(body),
        "state": WAITING,
        "delivered": [],
        "attempts": 0,
        "due_at": 0.0,
        "leased_until": 0.0,
        "error": "",
    }
    connection.execute(insert(outbox).values(row))
    return True
