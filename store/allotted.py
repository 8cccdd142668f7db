"""Which record number a key has got already; `store.numbers` gives it one."""

from sqlalchemy import select

from store.columns import index_key
from store.database import Database
from store.numbers import DIGITS
from store.tables import number


async def allotted(database: Database, prefix: str, key: str) -> str | None:
    """The number of this key; None when it has none."""
    has = select(number.c.value).where(number.c.prefix == prefix, number.c.key == index_key(key))
    value = await database.read(lambda connection: connection.scalar(has))
    return None if value is None else f"{prefix}{value:0{DIGITS}}"
