"""Record numbers, INC0000001, INC0000002 …: one row a number, so that the same key always gets the same one."""

from sqlalchemy import Connection, func, insert, select

from store.columns import index_key
from store.database import Database, lock
from store.tables import number

DIGITS = 7


async def allot(database: Database, prefix: str, key: str) -> str:
    """The number of this key: a new one the first time, the same one ever after.

    Numbers have seven digits, more from ten millions on. One whose record never came to be leaves a gap.
    """
    value = await database.write(_allot, prefix, index_key(key))
    return f"{prefix}{value:0{DIGITS}}"


async def note(database: Database, prefix: str, key: str, value: int) -> None:
    """See that a number which is in use is allotted, to this key where nobody has it: for a store that forgot it."""
    await database.write(_note, prefix, index_key(key), value)


def _note(connection: Connection, prefix: str, key: str, value: int) -> None:
    lock(connection, f"number {prefix}")
    has = select(number.c.value).where(number.c.prefix == prefix)
    taken = connection.scalar(has.where((number.c.value == value) | (number.c.key == key)).limit(1))
    if taken is None:
        connection.execute(insert(number).values(prefix=prefix, key=key, value=value))


def _allot(connection: Connection, prefix: str, key: str) -> int:
    lock(connection, f"number {prefix}")
    has = select(number.c.value).where(number.c.prefix == prefix, number.c.key == key)
    value: int | None = connection.scalar(has)
    if value is None:
        last = connection.scalar(select(func.max(number.c.value)).where(number.c.prefix == prefix))
        value = (last or 0) + 1
        connection.execute(insert(number).values(prefix=prefix, key=key, value=value))
    return value
