"""What a call has noted of what it does, for the attempts that follow when its worker dies: the first note stays."""

from sqlalchemy import Connection, insert, select

from store.columns import index_key
from store.database import Database, lock
from store.tables import note


async def first_note(database: Database, key: str, text: str) -> str:
    """Keep this under a key unless something is kept there already, and give what is kept."""
    return await database.write(_first_note, index_key(key), text)


async def noted(database: Database, key: str) -> str | None:
    """Give what is kept under a key; None where nothing is."""
    return await database.read(_noted, index_key(key))


def _first_note(connection: Connection, key: str, text: str) -> str:
    lock(connection, f"note {key}")
    kept = _noted(connection, key)
    if kept is None:
        connection.execute(insert(note).values(key=key, text=text))
    return text if kept is None else kept


def _noted(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(note.c.text).where(note.c.key == key))
